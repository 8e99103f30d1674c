/**
 * Entry bundles (c2sp.org/tlog-tiles, "Log entries"): up to 256 entries, each
 * behind its length as a big-endian uint16. Each hashes to the leaf of the same
 * place in the level 0 tile.
 */
import { tileWidth } from './tiles.ts'

/** What a uint16 can count. */
export const entryLengthMax = 65_535

/** @throws RangeError for more than 256 entries or one that is too long. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > tileWidth) throw new RangeError(`${entries.length} entries do not fit one bundle`)
  const bundle = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0))
  const view = new DataView(bundle.buffer)
  let at = 0
  for (const entry of entries) {
    if (entry.length > entryLengthMax) throw new RangeError(`an entry of ${entry.length} bytes is too long`)
    view.setUint16(at, entry.length)
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/**
 * @param width entries expected, from the tile's path.
 * @throws RangeError when the bytes end early, go on, or hold another number of entries.
 */
export function decodeEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    const end = at + 2 > bundle.length ? Infinity : at + 2 + view.getUint16(at)
    if (end > bundle.length) throw new RangeError(`entry ${entries.length} of the bundle is cut short`)
    entries.push(bundle.slice(at + 2, end))
    at = end
  }
  if (entries.length !== width) throw new RangeError(`the bundle holds ${entries.length} entries, not ${width}`)
  return entries
}
