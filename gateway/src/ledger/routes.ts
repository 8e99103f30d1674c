/**
 * The ledger's face for verifiers: `/ledger/{origin}/checkpoint` and
 * `/ledger/{origin}/tile/…` (C2SP tlog-checkpoint, tlog-tiles), the whole log
 * or a proven part of it as a file, and each tenant's key history.
 *
 * Served to the tenant; checkpoints and hash tiles also to the public where the
 * tenant opted in. Entries never leave without a credential.
 * INVARIANT (one answer): an origin that is not the caller's, is unknown or is
 * garbled answers alike.
 */
import { Readable } from 'node:stream'
import { requestScope, toFault, type Handovers, type RolePool } from '@muster/db'
import { parseTilePath, tileWidth } from '@muster/ledger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '../door/problem.ts'
import type { Authenticator } from '../principals/authenticate.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { LedgerDoor } from './ledgerDoor.ts'
import { originFrom } from './originPath.ts'

export interface LedgerRouteParts {
  pool: RolePool
  desk: HandoverDesk
  authenticator: Authenticator
  door: LedgerDoor
  /** Origins whose tenants opted in. */
  publicLedgers: ReadonlySet<string>
}

interface Reach {
  origin: string
  tenantId: string
  /** Null: the public. */
  member: Principal | null
}

/** A sequence number of a query; what is none is a place where nothing stands. */
const placeFrom = (value: unknown): number =>
  typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : 0

/** The service these reads act as, in the hand-over. */
const passportRole = 'muster_passport'
const notFound = (): Refused => new Refused('NOT_FOUND', 'no such ledger, or none of yours')

export function ledgerRoutes(app: FastifyInstance, parts: LedgerRouteParts): void {
  const { pool, desk, authenticator, door, publicLedgers } = parts

  async function tenantOf(origin: string): Promise<string | null> {
    try {
      const { rows } = await pool.query<{ tenant: string | null }>({
        name: 'origin',
        text: 'SELECT ledger.tenant_of_origin($1) AS tenant',
        values: [origin],
      })
      return rows[0]?.tenant ?? null
    } catch (error) {
      throw toFault(error)
    }
  }

  /** The path's origin, its tenant, and whether the caller reads it as a member or as the public. */
  async function reach(request: FastifyRequest): Promise<Reach> {
    const { origin: part } = request.params as { origin: string }
    const origin = originFrom(part)
    const presented = authenticator.presented(request)
    const open = origin !== null && publicLedgers.has(origin)
    const member = presented === null && open ? null : await authenticator.caller(request)
    const tenantId = origin === null ? null : await tenantOf(origin)
    if (origin === null || tenantId === null) throw notFound()
    if (member !== null && member.tenantId === tenantId && member.caps.includes('ledger:read')) {
      return { origin, tenantId, member }
    }
    if (!open) throw notFound()
    return { origin, tenantId, member: null }
  }

  const handoversOf = ({ tenantId, member }: Omit<Reach, 'origin'>, requestId: string): Handovers =>
    member === null
      ? { [passportRole]: desk.forDoor(tenantId, tenantId, requestId, passportRole) }
      : desk.sign(member, requestId, [passportRole])

  async function checkpoint(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const reached = await reach(request)
    const note = await door.checkpoint(handoversOf(reached, request.id), reached.origin)
    if (note === null) throw new Refused('NOT_FOUND', 'this ledger has no checkpoint yet')
    return reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(note)
  }

  async function tile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { '*': rest } = request.params as { '*': string }
    const wanted = parseTilePath(`tile/${rest}`)
    const reached = await reach(request)
    if (wanted === null || (wanted.kind === 'entries' && reached.member === null)) throw notFound()
    const bytes = await door.tile(handoversOf(reached, request.id), wanted, reached.origin)
    if (bytes === null) throw new Refused('NOT_FOUND', 'the latest checkpoint does not cover this tile')
    const scope = reached.member === null ? 'public' : 'private'
    // Full tiles never change; partial ones are replaced by wider ones under another name.
    const age = wanted.width === tileWidth ? 31_536_000 : 3_600
    return reply
      .header('cache-control', `${scope}, max-age=${age}, immutable`)
      .type('application/octet-stream')
      .send(Buffer.from(bytes))
  }

  async function trust(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { origin: part } = request.params as { origin: string }
    const origin = originFrom(part)
    const tenantId = origin === null ? null : await tenantOf(origin)
    if (origin === null || tenantId === null) throw new Refused('NOT_FOUND', 'no such ledger')
    const document = await door.trustDocument(handoversOf({ tenantId, member: null }, request.id), origin)
    if (document === null) throw new Refused('NOT_FOUND', 'no such ledger')
    return reply.header('cache-control', 'public, max-age=300').send(document)
  }

  async function exported(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const reached = await reach(request)
    if (reached.member === null) throw notFound()
    const chunks = door.exportLedger(requestScope(handoversOf(reached, request.id)), reached.origin)
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${reached.origin.slice(-32)}.muster-ledger"`)
      .type('application/x-ndjson; charset=utf-8')
      .send(Readable.from(chunks))
  }

  async function proof(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const reached = await reach(request)
    if (reached.member === null) throw notFound()
    const { first, last = first } = request.query as { first?: unknown; last?: unknown }
    const range = { first: placeFrom(first), last: placeFrom(last) }
    const proved = await door.proveRange(handoversOf(reached, request.id), range, reached.origin)
    if (proved === null) throw new Refused('NOT_FOUND', 'no such entries in this ledger')
    if (proved.state === 'tooLong')
      throw new Refused('BAD_REQUEST', `a proof bundle holds ${proved.max} entries at most; export the ledger for more`)
    if (proved.state === 'uncovered')
      throw new Refused(
        'NOT_FOUND',
        `no checkpoint covers entry ${range.last} yet; the last one ends at ${proved.size}`,
      )
    const name = `${reached.origin.slice(-32)}-${range.first}-${range.last}.muster-proof`
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .type('application/x-ndjson; charset=utf-8')
      .send(proved.text)
  }

  // An origin has a slash in it: as one encoded part, or as two.
  const bases: readonly [string, (origin: string) => string][] = [
    ['', (part) => part],
    ['muster.log/', (part) => `muster.log/${part}`],
  ]
  for (const [base, originOf] of bases) {
    const within =
      (handle: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
      (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const params = request.params as { origin: string }
        params.origin = originOf(params.origin)
        return handle(request, reply)
      }
    app.get(`/ledger/${base}:origin/checkpoint`, within(checkpoint))
    app.get(`/ledger/${base}:origin/tile/*`, within(tile))
    app.get(`/ledger/${base}:origin/export`, { exposeHeadRoute: false }, within(exported))
    app.get(`/ledger/${base}:origin/proof`, { exposeHeadRoute: false }, within(proof))
    app.get(`/.well-known/muster-trust/${base}:origin.json`, within(trust))
  }
}
