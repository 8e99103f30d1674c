/**
 * Many at once, in any order: two instances of the guard over one database,
 * random schedules of everything that decides and everything decided on.
 *
 * Afterwards the ledger is read as the one true order and every decision,
 * verdict and redemption in it held against a model; every answer is held
 * against the ledger. fast-check prints the seed and the schedule that failed;
 * how the lanes interleave is the machine's, so a seed may need a few runs.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arbitrarySchedule } from './testing/schedules/acts.ts'
import { checkAnswers } from './testing/schedules/answers.ts'
import { perform } from './testing/schedules/perform.ts'
import { readRecord, verifyChain } from './testing/schedules/record.ts'
import { replay } from './testing/schedules/replay.ts'
import { buildHouse, setStage, type House } from './testing/schedules/stage.ts'

const schedulesCount = 40

let house: House
beforeAll(async () => {
  house = await buildHouse()
})
afterAll(() => house?.close())

test('whatever the order and the haste, the ledger explains every decision and every answer', async () => {
  const seen = new Map<string, number>()
  const note = (what: string, times = 1): Map<string, number> => seen.set(what, (seen.get(what) ?? 0) + times)
  await fc.assert(
    fc.asyncProperty(arbitrarySchedule, async (schedule) => {
      const stage = await setStage(house)
      const history = await perform(stage, schedule)
      await verifyChain(house)
      const written = await readRecord(stage, history)
      const replayed = replay(stage, written)
      checkAnswers(stage, history, written, replayed)
      for (const [type, times] of replayed.counts) note(type, times)
      for (const { answer } of [
        ...history.authorizations,
        ...history.redemptions,
        ...history.votes,
        ...history.reports,
      ]) {
        if (answer.__typename === 'Refused') note(answer.code)
      }
    }),
    // Shrinking would play other interleavings than the one that failed.
    { numRuns: schedulesCount, endOnFailure: true },
  )
  // The schedules met what they are there for.
  for (const what of [
    'action.decided',
    'agent.frozen',
    'agent.reinstated',
    'policy.activated',
    'session.tainted',
    'role.revoked',
    'approval.approved',
    'permit.redeemed',
    'execution.reported',
    'UNKNOWN_AGENT',
    'IDEMPOTENCY_CONFLICT',
    'ALREADY_USED',
    'AGENT_NOT_ACTIVE',
    'ALREADY_DECIDED',
  ])
    expect(seen.get(what), what).toBeGreaterThan(0)
})
