/**
 * Last known standings: what an action was decided on a moment ago.
 *
 * INVARIANT (a hint, never a fact): the commit compares every standing with
 * the database under the tenant's lock, so a stale one costs a second
 * evaluation and can never decide anything.
 */
import type { RolePool } from '@muster/db'
import { toFault } from '@muster/db'
import { parseStanding, type Standing } from '@muster/policy'

export interface StandingKey {
  tenant: string
  agent: string
  tool: string
  action: string
  session: string | null
}

/** A standing as the database worded it, and as the evaluator reads it. */
export interface KnownStanding {
  text: string
  standing: Standing
}

/** About 1 kB each: enough for every agent and tool of a large tenant that is active at once. */
const rememberedMax = 50_000

export class Standings {
  readonly #known = new Map<string, KnownStanding>()
  readonly #decider: RolePool

  constructor(decider: RolePool) {
    this.#decider = decider
  }

  /** Injective: of what callers choose freely the one carries its length and the other ends the name. */
  static name({ tenant, agent, session, tool, action }: StandingKey): string {
    return `${tenant}/${agent}/${session ?? ''}/${tool.length}:${tool}${action}`
  }

  /** The last known standing, or the present one. `null`: no such agent in this tenant. */
  async of(key: StandingKey, handover: string, name = Standings.name(key)): Promise<KnownStanding | null> {
    return this.#known.get(name) ?? this.load(key, handover)
  }

  /** The present standing, from the database. */
  async load(key: StandingKey, handover: string): Promise<KnownStanding | null> {
    try {
      const { rows } = await this.#decider.query<{ text: string | null }>({
        name: 'load_standing',
        text: 'SELECT s AS text FROM guard.load_standing($1, $2::uuid[], $3::text[], $4::text[], $5::uuid[]) AS s',
        values: [handover, [key.agent], [key.tool], [key.action], [key.session]],
      })
      return this.remember(Standings.name(key), rows[0]?.text ?? null)
    } catch (error) {
      throw toFault(error)
    }
  }

  /** Takes in what the database said. An agent that does not exist is not remembered: it may be registered next. */
  remember(name: string, text: string | null): KnownStanding | null {
    this.#known.delete(name)
    const standing = parseStanding(text)
    if (standing === null || text === null) return null
    if (this.#known.size >= rememberedMax) this.#known.delete(this.#known.keys().next().value!)
    const known = { text, standing }
    this.#known.set(name, known)
    return known
  }
}
