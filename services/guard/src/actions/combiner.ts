/**
 * Concurrent decisions of one tenant share a commit.
 *
 * The tenant's ledger has one head, held through the commit's fsync. So those
 * that arrive while a commit is in flight wait for the next one together: one
 * commit in flight a tenant, as many items in it as came meanwhile.
 *
 * INVARIANT (no harm by company): a batch that fails is run again one by one,
 * so that one bad item costs the others a delay and nothing else.
 */
import { inScope, isUnavailable, toFault } from '@muster/db'
import { Fault } from '@muster/kernel'
import type { GuardRoom } from '../room.ts'
import { commitBatch, type BatchResult, type Committed } from './commit.ts'
import { prepare, type Asked, type Prepared } from './prepare.ts'
import type { Standings } from './standings.ts'

/** A larger batch saves no further fsync and makes its first item wait. */
export const batchMax = 128
/** A standing that changes between every evaluation and its commit is being attacked or scripted. */
const attemptsMax = 8
/** Waiting longer than this many batches is refused at once: better 503 now than a timeout later. */
const queueMax = 4_096

export interface Decided {
  prepared: Prepared
  committed: Committed
}

interface Waiting {
  prepared: Prepared
  resolve(decided: Decided): void
  reject(error: unknown): void
}

export class Combiner {
  readonly #room: GuardRoom
  readonly #standings: Standings
  readonly #queues = new Map<string, Waiting[]>()
  readonly #running = new Set<string>()

  constructor(room: GuardRoom, standings: Standings) {
    this.#room = room
    this.#standings = standings
  }

  /** Decides one request durably. Rejects with a `Fault` when it could not be recorded. */
  async decide(asked: Asked): Promise<Decided | null> {
    const known = await this.#standings.of(asked.key, asked.handover, asked.standing)
    if (known === null) return null
    const prepared = await prepare(this.#room, asked, known)
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(asked.key.tenant) ?? []
      if (queue.length >= queueMax) {
        reject(new Fault('NOT_RECORDED', 'too many decisions are waiting; nothing was recorded'))
        return
      }
      queue.push({ prepared, resolve, reject })
      this.#queues.set(asked.key.tenant, queue)
      if (!this.#running.has(asked.key.tenant)) void this.#run(asked.key.tenant)
    })
  }

  async #run(tenant: string): Promise<void> {
    this.#running.add(tenant)
    try {
      for (;;) {
        const queue = this.#queues.get(tenant)
        if (queue === undefined || queue.length === 0) break
        const batch = queue.splice(0, batchMax)
        await this.#settle(batch)
      }
    } finally {
      this.#queues.delete(tenant)
      this.#running.delete(tenant)
    }
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const decided = await this.#commit(batch.map(({ prepared }) => prepared))
      batch.forEach((waiting, index) => waiting.resolve(decided[index]!))
    } catch (error) {
      if (batch.length > 1 && !isUnavailable(error)) {
        for (const waiting of batch) await this.#settle([waiting])
        return
      }
      const fault = toFault(error)
      const answer =
        fault instanceof Fault && fault.code === 'UNAVAILABLE'
          ? new Fault('NOT_RECORDED', fault.publicText, { cause: error })
          : fault
      for (const waiting of batch) waiting.reject(answer)
    }
  }

  /** Commits; what was evaluated on a stale standing is evaluated again on the one the database just told. */
  async #commit(first: readonly Prepared[]): Promise<Decided[]> {
    let items = first
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const result: BatchResult = await commitBatch(this.#room.decider, items)
      if (!result.stale) return items.map((prepared, index) => ({ prepared, committed: result.items[index]! }))
      items = await this.#again(items, result.standings)
    }
    throw new Fault('NOT_RECORDED', 'what this decision rests on keeps changing; nothing was recorded')
  }

  async #again(items: readonly Prepared[], standings: ReadonlyMap<string, string | null>): Promise<Prepared[]> {
    const fresh = new Map([...standings].map(([name, text]) => [name, this.#standings.remember(name, text)]))
    return Promise.all(
      items.map(async (item) => {
        const known = fresh.get(item.asked.standing)
        // An agent that vanished keeps its old text: the commit finds it unequal to NULL, hence the batch is split below.
        if (known === undefined || known === null || known.text === item.known.text) return item
        return inScope(item.asked.scope, () => prepare(this.#room, item.asked, known))
      }),
    )
  }
}
