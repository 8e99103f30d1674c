/**
 * Takes a tool out of use, and puts it back. Both change what decisions rest
 * on, so both end under the head lock.
 */
import { appendReceipts, currentScope, withRequest, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { Room } from '../room.ts'
import { checkedReason, sealReason } from '../sealing.ts'
import { alreadyQuarantined, notAPerson, notCurrent, unknownManifest } from './errors.ts'
import { byId, lockOne, setState, type CurrentRow, type ManifestModel, type ManifestState } from './store.ts'

export interface ManifestChanged {
  manifest: ManifestModel
  receipt: Recorded
}

/** Throws `UNKNOWN_MANIFEST`, `NOT_CURRENT`, `ALREADY_QUARANTINED`, `INVALID_INPUT`. */
export function quarantineManifest(
  room: Room,
  input: { manifestId: string; reason: string },
): Promise<ManifestChanged> {
  return change(room, input, 'QUARANTINED', 'manifest.quarantined', ({ state }) => {
    if (state === 'SUPERSEDED') throw notCurrent('a newer version of the tool counts')
    if (state === 'QUARANTINED') throw alreadyQuarantined()
  })
}

/**
 * Releases exactly the bytes somebody looked at: their hash is given back, and
 * must be what is pinned now. Keys and agents quarantine, people release.
 * Throws `UNKNOWN_MANIFEST`, `NOT_CURRENT`, `NOT_A_PERSON`, `INVALID_INPUT`.
 */
export async function releaseManifest(
  room: Room,
  input: { manifestId: string; hash: string; reason: string },
): Promise<ManifestChanged> {
  if (currentScope().claims.kind !== 'person') throw notAPerson()
  return change(room, input, 'PINNED', 'manifest.released', ({ state, hash }) => {
    if (state !== 'QUARANTINED') throw notCurrent('the manifest is not in quarantine')
    if (hash.toString('hex') !== input.hash) throw notCurrent('other bytes are pinned than the ones you looked at')
  })
}

async function change(
  room: Room,
  input: { manifestId: string; reason: string },
  state: ManifestState,
  type: string,
  check: (row: CurrentRow) => void,
): Promise<ManifestChanged> {
  const words = checkedReason(input.reason)
  if (!isUuid(input.manifestId)) throw unknownManifest()
  const reason = await sealReason(room, words)
  const receipt = await withRequest(room.pool, async (tx) => {
    const row = await lockOne(tx, input.manifestId)
    if (row === null) throw unknownManifest()
    check(row)
    await setState(tx, [row.id], state)
    const [recorded] = await appendReceipts(tx.query, [
      {
        type,
        subject: { type: 'manifest', id: row.id },
        data: { hash: row.hash.toString('hex'), reason: reason.commitment, version: row.version },
        sealed: reason.sealed,
      },
    ])
    return recorded!
  })
  const manifest = await room.models((tx) => byId(tx, input.manifestId))
  if (manifest === null) throw unknownManifest()
  return { manifest, receipt }
}
