/**
 * Somebody asked for what may belong to another tenant.
 *
 * The answer was "no such …", at once and whatever the id was. Afterwards the
 * database looks whether the id is somebody else's; if so a finding is raised
 * in the tenant of the one who reached, once for a credential while it is open.
 */
import { randomBytes } from 'node:crypto'
import { handoverFor, type RequestScope } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import type { GuardRoom } from '../room.ts'

/** An id is looked up once in this time for a credential: guessing must not become our load. */
const quietMs = 10 * 60_000
const rememberedMax = 10_000

const nonce = (): string => randomBytes(16).toString('hex')

/** Passes an answer on, and has the id looked into when there was nothing to find. */
export type Reaching = <T>(scope: RequestScope, id: unknown, found: Promise<T>) => Promise<T>

/** Remembers what was looked up; one a process. */
export class Reaches {
  readonly #room: GuardRoom
  readonly #seen = new Map<string, number>()

  constructor(room: GuardRoom) {
    this.#room = room
  }

  /** Looks into ids that were answered as unknown. Never throws and never delays the caller. */
  report(scope: RequestScope, ids: readonly unknown[]): void {
    const wanted = ids.filter(isUuid).filter((id) => this.#isNew(`${scope.claims.cred}/${id}`))
    if (wanted.length === 0) return
    const now = this.#room.clock.nowMs()
    this.#room.decider
      .query('SELECT guard.report_reach($1, $2::uuid[], $3, $4, $5::uuid[], $6::text[])', [
        handoverFor('muster_decider', scope),
        wanted,
        newId(now),
        newId(now),
        [newId(now), newId(now)],
        [nonce(), nonce()],
      ])
      .catch((err: unknown) => this.#room.log.error({ err }, 'a reach for unknown ids could not be looked into'))
  }

  #isNew(name: string): boolean {
    const now = this.#room.clock.nowMs()
    const last = this.#seen.get(name)
    if (last !== undefined && now - last < quietMs) return false
    this.#seen.delete(name)
    if (this.#seen.size >= rememberedMax) this.#seen.delete(this.#seen.keys().next().value!)
    this.#seen.set(name, now)
    return true
  }
}
