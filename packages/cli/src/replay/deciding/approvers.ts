/**
 * `--approve demo`: people of the demo company who decide what was held, each
 * signed in as themselves and deciding on bytes they hashed.
 *
 * Nobody is told who may: whoever the server finds eligible decides, in a fixed
 * order, until the quorum is there. An owner never gets to decide on their agent.
 */
import { maybeObject, maybeText, memberOf, objectOf, textOf } from '../client/answers.ts'
import { Api, problemOf } from '../client/api.ts'
import { isTransientStatus } from '../client/backoff.ts'
import type { Connection, Exchange } from '../client/connection.ts'
import { RefusedByServer, RequestFailed } from '../client/errors.ts'
import { decideApprovalMutation } from '../client/operations.ts'
import { patiently, type Judged, type Traffic } from '../client/patience.ts'
import type { DemoPerson } from '../credentials/demoFile.ts'
import type { RecordedCall } from '../transcripts/transcript.ts'
import type { Decided } from './callRecord.ts'
import { pinnedHash } from './pinnedBytes.ts'
import { showApproval } from './shownApproval.ts'

/** Roles that approve, the most special first. */
const approvingRoles = ['approver', 'team-lead', 'org-admin', 'tenant-admin']
const reason = 'replay of a recorded run'

export interface ApprovalResult {
  readonly isApproved: boolean
  /** Something that must not happen, such as bytes that are not what was pinned. */
  readonly fault: string | null
}

export class Approvers {
  readonly #candidates: readonly DemoPerson[]
  readonly #connection: Connection
  readonly #traffic: Traffic
  readonly #signedIn = new Map<string, Promise<Api | null>>()

  /** @param ownerEmail who owns the agents and so decides nothing. */
  constructor(people: readonly DemoPerson[], ownerEmail: string | null, connection: Connection, traffic: Traffic) {
    const rank = ({ roles }: DemoPerson): number => {
      const ranks = roles.map(({ role }) => approvingRoles.indexOf(role)).filter((at) => at !== -1)
      return ranks.length === 0 ? -1 : Math.min(...ranks)
    }
    this.#candidates = people
      .filter((person) => rank(person) !== -1 && person.email !== ownerEmail)
      .toSorted((a, b) => rank(a) - rank(b))
    this.#connection = connection
    this.#traffic = traffic
  }

  /** How many people could be asked. */
  get size(): number {
    return this.#candidates.length
  }

  /** @throws RequestFailed or ServerGone; refusals are part of looking for somebody eligible. */
  async approve(approvalId: string, decision: Decided, call: RecordedCall): Promise<ApprovalResult> {
    for (const person of this.#candidates) {
      const api = await this.#as(person)
      const shown = api === null ? null : await showApproval(api, approvalId)
      if (api === null || shown === null) continue // cannot sign in, or it is not theirs to see
      if (shown.status !== 'PENDING') return { isApproved: shown.status === 'APPROVED', fault: null }
      const pinned = pinnedHash(shown, decision, call)
      if ('fault' in pinned) return { isApproved: false, fault: pinned.fault }
      const status = await decide(api, approvalId, pinned.hash)
      if (status === 'APPROVED') return { isApproved: true, fault: null }
      if (status === 'CLOSED') break
    }
    return { isApproved: false, fault: null }
  }

  #as(person: DemoPerson): Promise<Api | null> {
    const known = this.#signedIn.get(person.email)
    if (known !== undefined) return known
    const renew = (): Promise<string> => this.#signIn(person)
    const entering = renew().then<Api | null, Api | null>(
      (token) => new Api(this.#connection, token, this.#traffic, renew),
      (error: unknown) => {
        // Somebody who left, or changed their password, decides nothing; others may.
        if (error instanceof RequestFailed) return null
        throw error
      },
    )
    this.#signedIn.set(person.email, entering)
    return entering
  }

  async #signIn({ email, password }: DemoPerson): Promise<string> {
    const body = JSON.stringify({ email, password })
    const send = (): Promise<Exchange> => this.#connection.post('/auth/token', body, {})
    return (await patiently(this.#connection, this.#traffic, send, judgeSignIn)).value
  }
}

function judgeSignIn({ status, body, requestId }: Exchange): Judged<string> {
  const answer = maybeObject(body ?? undefined)
  const token = answer === null ? null : maybeText(answer, 'access_token')
  if (status === 200 && token !== null) return { kind: 'answered', value: token }
  return isTransientStatus(status) ? { kind: 'again' } : { kind: 'failed', error: problemOf(status, answer, requestId) }
}

/** The approval's status, or CLOSED when nobody can decide it any more. */
async function decide(api: Api, approvalId: string, actionHash: string): Promise<string> {
  try {
    const { data } = await api.ask(decideApprovalMutation, {
      input: { approvalId, actionHash, verdict: 'APPROVE', reason },
    })
    return textOf(objectOf(memberOf(data, 'decideApproval', 'ApprovalDecided')['approval'], '`approval`'), 'status')
  } catch (error) {
    if (!(error instanceof RefusedByServer)) throw error
    // ALREADY_DECIDED: by this person in an earlier replay, or a lost answer; the next look tells how it stands.
    if (['SELF_APPROVAL', 'NOT_ELIGIBLE', 'STEP_UP_REQUIRED', 'ALREADY_DECIDED'].includes(error.code)) return 'PENDING'
    if (error.code === 'EXPIRED') return 'CLOSED'
    throw error
  }
}
