/**
 * Killed with -9 under load, a hundred times: after each restart the ledger
 * verifies, and no decision that was answered ALLOW is missing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { authorize, startMuster, type Running } from './running.ts'

const kills = Number(process.env['MUSTER_KILLS'] ?? 100)
const callers = 8
/** Long enough for commits to be in flight at every kind of moment; drawn anew each time. */
const loadMsMax = 250

const home = mkdtempSync(join(tmpdir(), 'muster-killed-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Answered {
  decision: string
  receipt: string
  seq: string
}

async function loadUntilKilled(muster: Running, round: number, answered: Answered[]): Promise<void> {
  const { apiKeys, agents } = muster.tenants[0]!
  const agent = agents.find(({ slug }) => slug === 'invoice-reader')!
  let killed = false
  const firstAnswer = Promise.withResolvers<void>()
  const work = Array.from({ length: callers }, async (_, caller) => {
    for (let turn = 0; !killed; turn += 1) {
      const input = {
        agentId: agent.id,
        tool: 'crm.write',
        action: 'update',
        sourceTrust: 'TRUSTED_INTERNAL',
        parameters: { round, caller, turn },
        idempotencyKey: `${round}-${caller}-${turn}`,
      }
      // A connection that breaks is what a kill looks like from outside: not answered, hence nothing promised.
      const answer = await muster.graphql(apiKeys.integrator, authorize, { input }).catch(() => null)
      if (answer === null) await new Promise((resolve) => setTimeout(resolve, 5))
      const decided = answer?.data?.authorizeAction
      if (decided?.decision?.outcome !== 'ALLOW') continue
      answered.push({
        decision: decided.decision.id,
        receipt: decided.decision.receipt.id,
        seq: decided.decision.receipt.seq,
      })
      firstAnswer.resolve()
    }
  })
  // Every fourth kill may fall before anything was answered; the others into work, however slow the machine is.
  if (round % 4 !== 3) await firstAnswer.promise
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * loadMsMax))
  await muster.kill()
  killed = true
  await Promise.all(work)
}

async function missing(muster: Running, answered: readonly Answered[]): Promise<Answered[]> {
  const { apiKeys } = muster.tenants[0]!
  const gone: Answered[] = []
  for (let from = 0; from < answered.length; from += 20) {
    const part = answered.slice(from, from + 20)
    const query = `{ ${part.map(({ decision }, index) => `d${index}: decision(id: "${decision}") { outcome receipt { id seq } }`).join(' ')} }`
    const { data } = await muster.graphql(apiKeys.integrator, query)
    part.forEach((one, index) => {
      const found = data?.[`d${index}`]
      if (found?.outcome !== 'ALLOW' || found.receipt.id !== one.receipt || String(found.receipt.seq) !== one.seq)
        gone.push(one)
    })
  }
  return gone
}

test(
  `killed ${kills} times under load, it loses no answered decision and its ledger verifies`,
  async () => {
    let total = 0
    let answered: Answered[] = []
    let muster = await startMuster(home)
    for (let round = 0; round < kills; round += 1) {
      answered = []
      await loadUntilKilled(muster, round, answered)
      total += answered.length
      muster = await startMuster(home)
      expect(await missing(muster, answered)).toEqual([])
      const { data } = await muster.graphql(
        muster.tenants[0]!.apiKeys.integrator,
        '{ verifyLedger { intact checked firstBrokenSeq reason headSeq } }',
      )
      expect(data.verifyLedger).toMatchObject({ intact: true, firstBrokenSeq: null })
    }
    expect(total).toBeGreaterThan(kills) // the kills fell into work, not into idleness
    expect(await muster.stop()).toBe(0)
  },
  15 * 60_000,
)
