/**
 * The database away: hanging for ten seconds, and killed. Nobody is allowed
 * anything meanwhile, nothing answered is lost, and it goes on by itself.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, startMuster, type Running } from './running.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-away-'))
const awayMs = 10_000
let muster: Running

beforeAll(async () => {
  muster = await startMuster(home)
}, 60_000)
afterAll(async () => {
  expect(await muster.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
}, 60_000)

const postmaster = (): number => Number(readFileSync(join(home, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
/** The file is away for a moment while the database starts again. */
function postmasterOr(former: number): number {
  try {
    return postmaster()
  } catch {
    return former
  }
}
const processes = (): number[] => [
  postmaster(),
  ...execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster())])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number),
]

let turn = 0
async function ask(): Promise<{
  status: number
  outcome: string | undefined
  decision: string | undefined
  requestId: unknown
}> {
  const { apiKeys, agents } = muster.tenants[0]!
  const agentId = agents.find(({ slug }) => slug === 'invoice-reader')!.id
  const answer = await muster.graphql(apiKeys.integrator, authorize, {
    input: {
      agentId,
      tool: 'crm.write',
      action: 'update',
      sourceTrust: 'TRUSTED_INTERNAL',
      parameters: { turn: (turn += 1) },
    },
  })
  const decision = answer.data?.authorizeAction?.decision
  const problem = answer as unknown as { requestId?: string }
  return {
    status: answer.status,
    outcome: decision?.outcome,
    decision: decision?.id,
    requestId: problem.requestId ?? answer.errors?.[0]?.extensions['requestId'],
  }
}

/** Read until somebody answers: a connection that died idle is found dead by the first who asks. */
async function isOnRecord(decision: string): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { status, data } = await muster.graphql(
      muster.tenants[0]!.apiKeys.integrator,
      `{ decision(id: "${decision}") { outcome } }`,
    )
    if (status === 200) return data?.decision?.outcome === 'ALLOW'
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

test('hanging for ten seconds: every call is answered in the end, by a recorded decision or by 503 with the request id', async () => {
  expect((await ask()).outcome).toBe('ALLOW')
  const stopped = processes()
  for (const pid of stopped) process.kill(pid, 'SIGSTOP')
  const calls = Array.from({ length: 20 }, () => ask())
  await new Promise((resolve) => setTimeout(resolve, awayMs))
  for (const pid of stopped) process.kill(pid, 'SIGCONT')
  for (const answer of await Promise.all(calls)) {
    if (answer.outcome === 'ALLOW') expect(await isOnRecord(answer.decision!)).toBe(true)
    else expect(answer).toMatchObject({ status: 503, outcome: undefined, requestId: expect.any(String) })
  }
  expect((await ask()).outcome).toBe('ALLOW')
}, 90_000)

test('killed: it is started again, and what was answered is still on record', async () => {
  const before = await ask()
  const killed = postmaster()
  process.kill(killed, 'SIGKILL')
  const deadline = Date.now() + 30_000
  let after = await ask()
  // Its backends outlive the postmaster for a moment: the new one is what is waited for.
  while ((postmasterOr(killed) === killed || after.outcome !== 'ALLOW') && Date.now() < deadline) {
    if (after.outcome !== 'ALLOW') expect(after).toMatchObject({ status: 503, requestId: expect.any(String) })
    await new Promise((resolve) => setTimeout(resolve, 200))
    after = await ask()
  }
  expect(after.outcome).toBe('ALLOW')
  expect(await isOnRecord(before.decision!)).toBe(true)
  const { data } = await muster.graphql(muster.tenants[0]!.apiKeys.integrator, '{ verifyLedger { intact } }')
  expect(data.verifyLedger.intact).toBe(true)
}, 90_000)
