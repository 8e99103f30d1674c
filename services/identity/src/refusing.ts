/**
 * Refusals that only the engine can give, because only it sees what happens at
 * the same time: an owner who left between look and write.
 */
import { sqlState } from '@muster/db'
import type { Refusal } from '@muster/kernel'

/** Runs `work`; an error of the database with one of these SQLSTATEs becomes the refusal it stands for. */
export async function refusingOn<T>(
  refusals: Readonly<Record<string, () => Refusal>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const state = sqlState(error)
    const refusal = state === undefined ? undefined : refusals[state]
    if (refusal === undefined) throw error
    throw refusal()
  }
}
