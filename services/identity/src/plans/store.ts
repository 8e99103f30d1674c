/** The plan of the caller's tenant, and how much of it is used. */
import { isPlanCode, type PlanCode } from '@muster/kernel'
import { query, type Tx } from '../database.ts'

export interface Usage {
  agents: number
  people: number
}

/** Agents and people of the whole tenant, whatever part of it the caller sees. */
export async function readUsage(tx: Tx): Promise<Usage> {
  const [row] = await query<{ agents: bigint; people: bigint }>(tx, 'SELECT * FROM identity.headcount()')
  return { agents: Number(row?.agents ?? 0), people: Number(row?.people ?? 0) }
}

/** The plan's code. */
export async function readPlan(tx: Tx): Promise<PlanCode> {
  return planOf(await query(tx, 'SELECT t.plan_code AS code FROM identity.tenant t'))
}

/** The same, and nobody else changes or counts against it until commit. */
export async function holdPlan(tx: Tx): Promise<PlanCode> {
  return planOf(await query(tx, 'SELECT t.plan_code AS code FROM identity.tenant t FOR NO KEY UPDATE'))
}

export async function writePlan(tx: Tx, code: PlanCode): Promise<void> {
  await query(tx, 'UPDATE identity.tenant SET plan_code = $1 RETURNING id', [code])
}

function planOf(rows: readonly { code: string }[]): PlanCode {
  const code = rows[0]?.code ?? ''
  if (!isPlanCode(code)) throw new Error('the tenant is on no known plan')
  return code
}
