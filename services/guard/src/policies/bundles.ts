/**
 * Policy bundles: validated, named by content hash, one active at a time.
 *
 * draft → active → paused → archived. Activating pauses the former one in the
 * same commit, under the head's lock: from that commit on the new one decides.
 */
import { appendReceipts, withRequest, type Recorded, type Tx } from '@muster/db'
import { isUuid, newId, Refusal, type Claims } from '@muster/kernel'
import { compilePolicies, defaultBundle, PolicyRefused, type PolicySet, type PolicySource } from '@muster/policy'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { z } from 'zod'
import { parseInput } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'

/** More policies than any tenant writes; a bundle is read whole on every activation. */
const sourcesMax = 1_000
const sourceLengthMax = 64 * 1024

const draftShape = z.object({
  name: z.string().trim().min(1).max(200),
  sources: z.array(z.object({ id: z.string().min(1).max(200), text: z.string().max(sourceLengthMax) })).max(sourcesMax),
})
const activateShape = z.object({ bundleId: z.string() })

export interface BundleRow {
  id: string
  name: string
  version: number
  hash: string
  state: 'draft' | 'active' | 'paused' | 'archived'
  sources: PolicySource[]
  created_at: Date
  activated_at: Date | null
}
const columns = 'id, name, version, hash, state, sources, created_at, activated_at'

/** Compiles, or refuses naming every problem. */
function compiled(sources: readonly PolicySource[]): PolicySet {
  try {
    return compilePolicies(sources)
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error
    throw new Refusal(
      'INVALID_POLICY',
      error.problems
        .map(({ policyId, message }) => `${policyId}: ${message}`)
        .join('; ')
        .slice(0, 2_000),
    )
  }
}

export interface BundleDrafted {
  bundle: BundleRow
  warnings: string[]
  receipt: Recorded
}

export async function draftBundle(room: GuardRoom, claims: Claims, input: unknown): Promise<BundleDrafted> {
  const { name, sources } = parseInput(draftShape, input)
  const set = compiled(sources)
  return withRequest(room.guard, async (tx) => {
    const bundle = await insertDraft(tx, claims, name, sources, set.hash, newId(room.clock.nowMs()))
    const receipt = await record(tx, 'policy.drafted', bundle)
    return { bundle, warnings: set.warnings.map(({ policyId, message }) => `${policyId}: ${message}`), receipt }
  })
}

async function insertDraft(
  tx: Tx,
  claims: Claims,
  name: string,
  sources: readonly PolicySource[],
  hash: string,
  id: string,
): Promise<BundleRow> {
  const [row] = await tx.query<BundleRow>(
    `INSERT INTO guard.policy_bundle (tenant_id, id, name, version, hash, sources, created_by)
     SELECT muster.tenant(), $1, $2, coalesce(max(b.version), 0) + 1, $3, $4::jsonb, $5 FROM guard.policy_bundle b WHERE b.name = $2
     RETURNING ${columns}`,
    [id, name, hash, JSON.stringify(sources), claims.sub],
  )
  return row!
}

export async function activateBundle(
  room: GuardRoom,
  input: unknown,
): Promise<{ bundle: BundleRow; receipt: Recorded }> {
  const { bundleId } = parseInput(activateShape, input)
  return withRequest(room.guard, (tx) => activate(tx, bundleId))
}

/**
 * One change of the active bundle at a time, until commit. The rows alone would not do: which of them has to
 * be locked depends on which is active, and that is what the other one is changing.
 */
async function holdActive(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('muster/policies/' || muster.tenant()::text, 0))`)
}

async function activate(tx: Tx, bundleId: string): Promise<{ bundle: BundleRow; receipt: Recorded }> {
  const unknown = new Refusal('UNKNOWN_POLICY', 'no such policy bundle')
  if (!isUuid(bundleId)) throw unknown
  await holdActive(tx)
  const rows = await tx.query<BundleRow>(
    `SELECT ${columns} FROM guard.policy_bundle WHERE id = $1 OR state = 'active' ORDER BY id FOR UPDATE`,
    [bundleId],
  )
  const bundle = rows.find(({ id }) => id === bundleId)
  if (bundle === undefined) throw unknown
  if (bundle.state === 'active') throw new Refusal('ALREADY_ACTIVE', 'this bundle is the active one')
  if (bundle.state === 'archived') throw new Refusal('ILLEGAL_TRANSITION', 'an archived bundle stays archived')
  compiled(bundle.sources) // a newer schema may refuse what an older one took: find out before it decides
  await tx.query(`UPDATE guard.policy_bundle SET state = 'paused' WHERE state = 'active'`)
  const [updated] = await tx.query<BundleRow>(
    `UPDATE guard.policy_bundle SET state = 'active', activated_at = muster.now() WHERE id = $1 RETURNING ${columns}`,
    [bundleId],
  )
  return { bundle: updated!, receipt: await record(tx, 'policy.activated', updated!) }
}

/** Gives a new tenant the default bundle. Does nothing when it has one. */
export async function installDefaultBundle(room: GuardRoom, claims: Claims): Promise<void> {
  const set = compilePolicies(defaultBundle)
  await withRequest(room.guard, async (tx) => {
    await holdActive(tx)
    const [any] = await tx.query('SELECT 1 FROM guard.policy_bundle LIMIT 1')
    if (any !== undefined) return
    const bundle = await insertDraft(tx, claims, 'default', defaultBundle, set.hash, newId(room.clock.nowMs()))
    await activate(tx, bundle.id)
  })
}

async function record(tx: Tx, type: string, bundle: BundleRow): Promise<Recorded> {
  const [receipt] = await appendReceipts(tx.query, [
    { type, subject: { type: 'policy', id: bundle.id }, policyHash: bundle.hash, data: { version: bundle.version } },
  ])
  return receipt!
}

export async function bundleById(room: GuardRoom, id: string): Promise<BundleRow | null> {
  if (!isUuid(id)) return null
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<BundleRow>(`SELECT ${columns} FROM guard.policy_bundle WHERE id = $1`, [id]),
  )
  return row ?? null
}

export async function listBundles(
  room: GuardRoom,
  query: { first?: number | null; after?: string | null },
): Promise<Page<BundleRow>> {
  const size = pageSize(query.first, 100)
  const after = decodeCursor(query.after, 2)
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<BundleRow>(
      `SELECT ${columns} FROM guard.policy_bundle WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
        ORDER BY created_at DESC, id DESC LIMIT $3`,
      [after?.[0] ?? null, after?.[1] ?? null, size + 1],
    ),
  )
  return pageOf(
    rows,
    size,
    (row) => row,
    (row) => [row.created_at.toISOString(), row.id],
  )
}
