/**
 * `POST /graphql`: the path every decision takes.
 *
 * The credential first, so that nobody without one makes us parse; then the
 * body, strictly; then each operation. An answer that is nothing but "not now"
 * leaves as 503, so that nothing looks allowed that was not recorded.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bearerChallenge, Refused } from '../door/problem.ts'
import type { Authenticator } from '../principals/authenticate.ts'
import type { PlanRate } from '../principals/planRate.ts'
import type { Principal } from '../principals/principal.ts'
import type { RequestRate } from '../principals/requestRate.ts'
import { readGraphBody, type GraphBody } from './graphRequest.ts'
import type { OperationAnswer, Operations } from './operations.ts'
import { wholeFault } from './publicErrors.ts'

export interface GraphRouteParts {
  authenticator: Authenticator
  operations: Operations
  rate: RequestRate
  plans: PlanRate
  /** Told of every principal that was let in. */
  used(principal: Principal): void
  /** Told when a tenant's ledger may have grown. */
  changed(tenantId: string): void
}

const jsonType = 'application/json; charset=utf-8'

export function graphRoute(app: FastifyInstance, parts: GraphRouteParts): void {
  const { authenticator, operations, rate, plans, used, changed } = parts

  async function answers(body: GraphBody, principal: Principal, requestId: string): Promise<OperationAnswer[]> {
    const all: OperationAnswer[] = []
    // In order: a later operation of a batch may rest on an earlier one.
    for (const request of body.requests) all.push(await operations.run(request, principal, requestId))
    if (all.some((answer) => answer.changed)) changed(principal.tenantId)
    return all
  }

  app.post('/graphql', async (request, reply) => {
    const known = authenticator.caller(request)
    const principal = known instanceof Promise ? await known : known
    const body = readGraphBody(request.body)
    const spent = rate.spend(principal, body.requests.length)
    if (spent !== undefined) await spent
    reply.headers(plans.spend(principal, body.requests.length))
    used(principal)
    const all = await answers(body, principal, request.id)
    if (body.batched)
      return send(
        reply,
        200,
        all.map((answer) => answer.body),
      )
    return answerOne(request, reply, all[0]!)
  })

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: () => {
      // Query strings end up in logs and histories; a GET would also be what a foreign page can send.
      throw new Refused('METHOD_NOT_ALLOWED', 'send operations by POST', { headers: { allow: 'POST' } })
    },
  })
}

function answerOne(request: FastifyRequest, reply: FastifyReply, { executed, body }: OperationAnswer): FastifyReply {
  const fault = executed ? wholeFault(body) : null
  if (fault === null) return send(reply, executed ? 200 : 400, body)
  const headers = fault === 'UNAUTHENTICATED' ? bearerChallenge(true) : { 'retry-after': '1' }
  const detail = body.errors?.[0]?.message ?? 'the service is not available'
  request.failure = new Refused(fault, detail)
  throw new Refused(fault, detail, { headers, extra: { data: null, errors: body.errors } })
}

function send(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': jsonType, 'cache-control': 'no-store' })
    .send(JSON.stringify(body))
}
