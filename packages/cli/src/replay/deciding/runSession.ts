/**
 * The session of one run: what the run has read is remembered by the server,
 * and outlives this process.
 *
 * A run that was replayed before goes on in its session: another one would make
 * every request another body under the same key.
 */
import type { Trust } from '@muster/kernel'
import { memberOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RefusedByServer } from '../client/errors.ts'
import { endSessionMutation, startSessionMutation, taintSessionMutation } from '../client/operations.ts'
import type { Journal } from '../credentials/journal.ts'
import { startTrust } from '../provenance/provenance.ts'

export class RunSession {
  readonly id: string
  readonly #api: Api
  /** An ended session still answers for what was decided in it. */
  #hasEnded: boolean

  private constructor(api: Api, id: string, hasEnded: boolean) {
    this.#api = api
    this.id = id
    this.#hasEnded = hasEnded
  }

  /** @param run from `runKey`. @throws RefusedByServer, RequestFailed or ServerGone. */
  static async open(api: Api, journal: Journal, run: string, agentId: string): Promise<RunSession> {
    const known = journal.sessionOf(run)
    const standing = known === null ? 'unknown' : await standingOf(api, known)
    if (known !== null && standing !== 'unknown') return new RunSession(api, known, standing === 'ended')
    const { data } = await api.ask(startSessionMutation, { input: { agentId, sourceTrust: startTrust } })
    const id = textOf(memberOf(data, 'startSession', 'SessionStarted'), 'sessionId')
    await journal.remember(run, id)
    return new RunSession(api, id, false)
  }

  /** Lowers the trust of everything that follows. */
  async taint(trust: Trust): Promise<void> {
    if (!this.#hasEnded) await taint(this.#api, this.id, trust)
  }

  /** For a run of which nothing is left to do. */
  async end(): Promise<void> {
    if (this.#hasEnded) return
    memberOf(
      (await this.#api.ask(endSessionMutation, { input: { sessionId: this.id } })).data,
      'endSession',
      'SessionEnded',
    )
    this.#hasEnded = true
  }
}

/** Lowering to the level at which sessions start changes nothing, and so tells how a session stands. */
async function standingOf(api: Api, id: string): Promise<'open' | 'ended' | 'unknown'> {
  try {
    await taint(api, id, startTrust)
    return 'open'
  } catch (error) {
    if (error instanceof RefusedByServer && error.code === 'SESSION_ENDED') return 'ended'
    if (error instanceof RefusedByServer && error.code === 'UNKNOWN_SESSION') return 'unknown'
    throw error
  }
}

async function taint(api: Api, sessionId: string, trust: Trust): Promise<void> {
  const { data } = await api.ask(taintSessionMutation, { input: { sessionId, trust } })
  memberOf(data, 'taintSession', 'SessionTainted')
}
