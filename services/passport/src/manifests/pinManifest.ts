/**
 * Pins tools as a server describes them.
 *
 * The same bytes are the same version. Other bytes are a new one, which
 * supersedes the old in one commit, under the head lock that decisions take:
 * no decision is made on a manifest that was replaced before it.
 * INVARIANT (quarantine stays): pinning never lifts a quarantine. It is on the
 * tool, not on the bytes; a new version of a quarantined tool is quarantined.
 */
import { appendReceipts, currentScope, sqlState, withRequest, type NewReceipt, type Tx } from '@muster/db'
import { newId } from '@muster/kernel'
import type { Room } from '../room.ts'
import { overtaken } from './errors.ts'
import { canonicalTools, type CanonicalTool, type ToolDescription } from './manifestHash.ts'
import {
  currentOf,
  highestVersions,
  insertManifests,
  lockCurrent,
  setState,
  type CurrentRow,
  type ManifestModel,
  type NewManifest,
} from './store.ts'

export interface PinManifest {
  server: string
  tools: readonly ToolDescription[]
}

export interface ManifestPinned {
  manifests: ManifestModel[]
  receipt: { id: string; seq: string }
}

/** Two first pins of one tool meet at the unique index; the second looks again. */
const attemptsMax = 3

/** Throws `INVALID_INPUT`, `DUPLICATE_TOOL`, `UNSAFE_PAYLOAD`, `OVERTAKEN`. */
export async function pinManifest(room: Room, input: PinManifest): Promise<ManifestPinned> {
  const tools = canonicalTools(input.server, input.tools)
  const receipt = await pinAll(room, input.server, tools)
  const rows = await room.models((tx) =>
    currentOf(
      tx,
      tools.map(({ tool }) => tool),
    ),
  )
  const byTool = new Map(rows.map((row) => [row.tool, row]))
  const manifests = tools.flatMap(({ tool }) => byTool.get(tool) ?? [])
  const recorded = receipt ?? recordedWith(manifests)
  if (recorded === null) throw overtaken()
  return { manifests, receipt: recorded }
}

async function pinAll(
  room: Room,
  server: string,
  tools: readonly CanonicalTool[],
): Promise<ManifestPinned['receipt'] | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withRequest(room.pool, (tx) => pinOnce(tx, room, server, tools))
    } catch (error) {
      if (sqlState(error) !== '23505') throw error
      if (attempt === attemptsMax) throw overtaken()
    }
  }
}

async function pinOnce(
  tx: Tx,
  room: Room,
  server: string,
  tools: readonly CanonicalTool[],
): Promise<ManifestPinned['receipt'] | null> {
  const names = tools.map(({ tool }) => tool)
  const current = new Map((await lockCurrent(tx, names)).map((row) => [row.tool, row]))
  const changed = tools.filter(({ tool, hash }) => current.get(tool)?.hash.toString('hex') !== hash)
  if (changed.length === 0) return null
  const versions = await highestVersions(tx, names)
  const manifests = changed.map((tool): NewManifest => ({
    ...tool,
    id: newId(room.clock.nowMs()),
    version: (versions.get(tool.tool) ?? 0) + 1,
    state: current.get(tool.tool)?.state ?? 'PINNED', // INVARIANT (quarantine stays)
  }))
  await setState(
    tx,
    changed.flatMap(({ tool }) => current.get(tool)?.id ?? []),
    'SUPERSEDED',
  )
  // The receipt before the rows that carry its number: the head is locked one statement longer, never overtaken.
  const [receipt] = await appendReceipts(tx.query, [receiptOf(manifests, current)])
  await insertManifests(tx, server, currentScope().claims.sub, receipt!, manifests)
  return receipt!
}

function receiptOf(manifests: readonly NewManifest[], current: ReadonlyMap<string, CurrentRow>): NewReceipt {
  return {
    type: 'manifest.pinned',
    subject: { type: 'manifest', id: manifests[0]!.id },
    data: {
      manifests: manifests.map(({ id, hash, mutates, state, tool, version }) => ({
        hash,
        id,
        mutates,
        state,
        supersedes: current.get(tool)?.id ?? null,
        version,
      })),
    },
  }
}

/** Of the manifests that were pinned last: where the newest of these bytes stand in the ledger. */
function recordedWith(manifests: readonly ManifestModel[]): ManifestPinned['receipt'] | null {
  const pinned = manifests.filter(({ receiptId, receiptSeq }) => receiptId !== null && receiptSeq !== null)
  const last = pinned.reduce<ManifestModel | null>(
    (latest, each) => (latest === null || each.receiptSeq! > latest.receiptSeq! ? each : latest),
    null,
  )
  return last === null ? null : { id: last.receiptId!, seq: String(last.receiptSeq) }
}
