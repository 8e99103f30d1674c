/**
 * Performs a schedule: lanes beside each other, every act through the graph or,
 * for what other services own, through their roles. Notes all of it.
 */
import { randomUUID } from 'node:crypto'
import type { RequestScope } from '@muster/db'
import { authorize, decide, redeem } from '../world.ts'
import { instanceCount, type Act, type CallerName, type Schedule } from './acts.ts'
import { History, type Decided, type Redeemed, type Refused, type Reported, type Voted } from './history.ts'
import { giveRole, revokeGrant, setFrozen, takeRole } from './others.ts'
import type { Stage } from './stage.ts'

const report = `mutation ($input: ReportExecutionInput!) { reportExecution(input: $input) { __typename
  ... on ExecutionReported { execution { id outcome } receipt { id seq } } ... on Refusal { code message } } }`
const taint = `mutation ($input: TaintSessionInput!) { taintSession(input: $input) { ... on SessionTainted { receipt { seq } } } }`
const activate = `mutation ($input: ActivatePolicyBundleInput!) { activatePolicyBundle(input: $input) { ... on PolicyBundleActivated { receipt { seq } } } }`
const permitOf = `query ($id: ID!) { approval(id: $id) { permit { token } } }`

interface Held {
  approvalId: string
  decisionId: string
  actionHash: string
  caller: CallerName
}
interface Permit {
  decisionId: string
  token: string
  caller: CallerName
  payload: Record<string, unknown>
}

/** The tool call number `payload`, as it is asked for and as it is redeemed. */
const callOf = (tool: string, payload: number): Record<string, unknown> => ({
  tool,
  action: 'create',
  resource: `order/${payload}`,
  parameters: { order: payload, amount: 12.5 },
})

export async function perform(stage: Stage, schedule: Schedule): Promise<History> {
  const player = new Player(stage)
  await player.open()
  await player.play(schedule.opening)
  await Promise.all(schedule.lanes.map((lane) => player.play(lane)))
  return player.history
}

class Player {
  readonly history = new History()
  readonly #stage: Stage
  readonly #permits = new Map<string, Permit>()
  readonly #held: Held[] = []
  readonly #executions: { id: string; caller: CallerName }[] = []
  readonly #payloads = new Map<string, Record<string, unknown>>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** One action of each agent first, so that there are permits and approvals to collide on. */
  async open(): Promise<void> {
    for (const agent of this.#stage.agents.keys()) {
      await this.#authorize(
        {
          kind: 'authorize',
          agent,
          caller: 'wide',
          tool: 'payments.refund',
          session: null,
          key: null,
          payload: 0,
          times: 1,
          instance: 0,
        },
        0,
      )
    }
  }

  async play(lane: readonly Act[]): Promise<void> {
    for (const act of lane) await this.#perform(act)
  }

  async #perform(act: Act): Promise<unknown> {
    switch (act.kind) {
      case 'authorize':
        return Promise.all(Array.from({ length: act.times }, (_, n) => this.#authorize(act, n)))
      case 'authorizeBadly':
        return this.#authorizeBadly(act)
      case 'freeze':
      case 'reinstate':
        return this.#change(() => setFrozen(this.#stage, act.agent, act.kind === 'freeze'))
      case 'revokeGrant':
        return this.#change(() => revokeGrant(this.#stage, act.agent, act.tool))
      case 'takeRole':
        return this.#change(() => takeRole(this.#stage, act.person))
      case 'giveRole':
        return this.#change(() => giveRole(this.#stage, act.person))
      case 'taint':
        return this.#change(async () => {
          const input = { sessionId: this.#stage.sessions[act.session], trust: act.to }
          const said = await this.#run<{ taintSession: { receipt?: { seq: string } | null } }>(
            act.instance,
            this.#stage.callers.wide,
            taint,
            { input },
          )
          return said.taintSession.receipt?.seq ?? null
        })
      case 'activate':
        return this.#change(async () => {
          const input = { bundleId: this.#stage.house.bundles[act.policy].id }
          const said = await this.#run<{ activatePolicyBundle: { receipt?: { seq: string } } }>(
            act.instance,
            this.#stage.house.administrator,
            activate,
            { input },
          )
          return said.activatePolicyBundle.receipt?.seq ?? null
        })
      case 'vote':
        return Promise.all(Array.from({ length: act.times }, (_, n) => this.#vote(act, n)))
      case 'redeem':
        return this.#redeem(act)
      case 'report':
        return Promise.all(Array.from({ length: act.times }, (_, n) => this.#report(act, n)))
      case 'pause':
        return new Promise((resolve) => setTimeout(resolve, act.ms))
      default:
        return act satisfies never
    }
  }

  #run<T>(instance: number, scope: RequestScope, query: string, variables: Record<string, unknown>): Promise<T> {
    const { world, instances } = this.#stage.house
    return world.run<T>(scope, query, variables, instances[instance % instanceCount])
  }

  async #change(work: () => Promise<string | null>): Promise<void> {
    const { from, to, answer } = await this.history.ask(work)
    if (answer !== null && typeof answer === 'object') throw new Error(`a change failed: ${answer.code} ${answer.text}`)
    this.history.changes.push({ from, to, seq: answer })
  }

  async #authorize(act: Extract<Act, { kind: 'authorize' }>, n: number): Promise<void> {
    const { agents, callers, sessions } = this.#stage
    const call = callOf(act.tool, act.payload)
    const input = {
      ...call,
      agentId: agents[act.agent]!.id,
      sourceTrust: 'TRUSTED_INTERNAL',
      sessionId: act.session === null ? null : sessions[act.session],
      idempotencyKey: act.key,
    }
    const { answer, ...when } = await this.history.ask(async () => {
      const said = await this.#run<{ authorizeAction: Decided | Refused }>(
        act.instance + n,
        callers[act.caller],
        authorize,
        { input },
      )
      return said.authorizeAction
    })
    const { caller, agent, tool, session, key, payload } = act
    this.history.authorizations.push({ ...when, caller, agent, tool, session, key, payload, bad: false, answer })
    if (answer.__typename !== 'ActionDecided') return
    const { decision, permit, approval } = answer
    this.#payloads.set(decision.id, call)
    if (permit !== null)
      this.#permits.set(decision.id, { decisionId: decision.id, token: permit.token, caller, payload: call })
    if (approval !== null)
      this.#held.push({ approvalId: approval.id, decisionId: decision.id, actionHash: decision.actionHash, caller })
  }

  async #authorizeBadly(act: Extract<Act, { kind: 'authorizeBadly' }>): Promise<void> {
    const { world } = this.#stage.house
    const good = world.key()
    const scopes: Record<typeof act.how, RequestScope> = {
      expired: world.key({ exp: Math.floor(Date.now() / 1000) - 1 }),
      // Passes every look in process: only the database knows the key.
      forged: {
        ...good,
        handovers: Object.fromEntries(
          Object.entries(good.handovers).map(([role, text]) => [role, `${'0'.repeat(64)}${text.slice(64)}`]),
        ),
      },
      unable: world.key({ caps: ['agents:read'] }),
    }
    const input = {
      ...callOf('payments.refund', 0),
      agentId: this.#stage.agents[act.agent]!.id,
      sourceTrust: 'TRUSTED_INTERNAL',
    }
    const { answer, ...when } = await this.history.ask(async () => {
      const said = await this.#run<{ authorizeAction: Decided | Refused }>(act.instance, scopes[act.how], authorize, {
        input,
      })
      return said.authorizeAction
    })
    this.history.authorizations.push({
      ...when,
      caller: 'wide',
      agent: act.agent,
      tool: 'payments.refund',
      session: null,
      key: null,
      payload: 0,
      bad: true,
      answer,
    })
  }

  async #vote(act: Extract<Act, { kind: 'vote' }>, n: number): Promise<void> {
    const held = this.#held[act.approval % Math.max(1, this.#held.length)]
    if (held === undefined) return
    const input = {
      approvalId: held.approvalId,
      actionHash: held.actionHash,
      verdict: act.verdict,
      reason: act.verdict === 'REJECT' ? 'not like this' : null,
    }
    const { answer, ...when } = await this.history.ask(async () => {
      const said = await this.#run<{ decideApproval: Voted | Refused }>(
        act.instance + n,
        this.#stage.voters[act.person]!,
        decide,
        { input },
      )
      return said.decideApproval
    })
    this.history.votes.push({ ...when, approvalId: held.approvalId, person: act.person, verdict: act.verdict, answer })
    if (answer.__typename === 'ApprovalDecided' && answer.approval.status === 'APPROVED')
      await this.#collect(held, act.instance)
  }

  /** The requesting credential fetches the permit of what was approved. */
  async #collect(held: Held, instance: number): Promise<void> {
    const { approval } = await this.#run<{ approval: { permit: { token: string } | null } | null }>(
      instance,
      this.#stage.callers[held.caller],
      permitOf,
      { id: held.approvalId },
    )
    if (!approval?.permit) throw new Error('an approved action has no permit for the credential that asked')
    const { decisionId, caller } = held
    this.#permits.set(decisionId, {
      decisionId,
      token: approval.permit.token,
      caller,
      payload: this.#payloads.get(decisionId)!,
    })
  }

  async #redeem(act: Extract<Act, { kind: 'redeem' }>): Promise<void> {
    const permits = [...this.#permits.values()]
    const permit = permits[act.permit % Math.max(1, permits.length)]
    if (permit === undefined) return
    const scope = act.wrong === 'credential' ? this.#stage.house.world.key() : this.#stage.callers[permit.caller]
    const payload =
      act.wrong === 'payload' ? { ...permit.payload, parameters: { order: randomUUID() } } : permit.payload
    await Promise.all(
      act.keys.map(async (key, n) => {
        const input = { permit: permit.token, ...payload, redemptionKey: key }
        const { answer, ...when } = await this.history.ask(async () => {
          const said = await this.#run<{ redeemPermit: Redeemed | Refused }>(n, scope, redeem, { input })
          return said.redeemPermit
        })
        this.history.redemptions.push({ ...when, decisionId: permit.decisionId, key, wrong: act.wrong, answer })
        if (answer.__typename === 'PermitRedeemed')
          this.#executions.push({ id: answer.execution.id, caller: permit.caller })
      }),
    )
  }

  async #report(act: Extract<Act, { kind: 'report' }>, n: number): Promise<void> {
    const execution = this.#executions[act.execution % Math.max(1, this.#executions.length)]
    if (execution === undefined) return
    const input = { executionId: execution.id, outcome: act.outcome, resultHash: null }
    const { answer, ...when } = await this.history.ask(async () => {
      const said = await this.#run<{ reportExecution: Reported | Refused }>(
        act.instance + n,
        this.#stage.callers[execution.caller],
        report,
        { input },
      )
      return said.reportExecution
    })
    this.history.reports.push({ ...when, executionId: execution.id, outcome: act.outcome, answer })
  }
}
