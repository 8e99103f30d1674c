/**
 * Arrays as PostgreSQL reads them in binary: the parameters of a batch.
 *
 * As text, every element of an array is escaped here and unescaped there, bytes
 * as hexadecimal with doubled backslashes: measured at 28 µs of each decision on
 * both sides together, 6 in binary. The driver sends a `Buffer` as it is.
 *
 * Format (array_recv in PostgreSQL's arrayfuncs.c), all big-endian int32:
 * dimensions, has nulls, element type | length, lower bound | of each element
 * its length, −1 for null, and its bytes.
 *
 * INVARIANT (one dimension, from one): what is built here is a plain list, so
 * an index here and a subscript there differ by one.
 */

/** Type ids of PostgreSQL's built-in types (pg_type.dat); they never change. */
const oid = { bool: 16, bytea: 17, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const

const headerBytes = 20
/** Microseconds between the Unix epoch and 2000-01-01, from which PostgreSQL counts. */
const epochGapUs = 946_684_800_000_000n

function start(type: number, count: number, bodyBytes: number): Buffer {
  const out = Buffer.allocUnsafe(headerBytes + 4 * count + bodyBytes)
  out.writeInt32BE(1, 0)
  out.writeInt32BE(1, 4) // may hold nulls
  out.writeInt32BE(type, 8)
  out.writeInt32BE(count, 12)
  out.writeInt32BE(1, 16)
  return out
}

/** Elements of one size; `write` puts one at an offset. */
function fixed<T>(
  type: number,
  size: number,
  items: readonly (T | null)[],
  write: (out: Buffer, item: T, at: number) => void,
): Buffer {
  let present = 0
  for (const item of items) if (item !== null) present++
  const out = start(type, items.length, present * size)
  let at = headerBytes
  for (const item of items) {
    if (item === null) {
      at = out.writeInt32BE(-1, at)
      continue
    }
    at = out.writeInt32BE(size, at)
    write(out, item, at)
    at += size
  }
  return out
}

/** text[], in UTF-8. Text must be well formed and without U+0000, which PostgreSQL cannot hold. */
export function textArray(items: readonly (string | null)[]): Buffer {
  let bytes = 0
  for (const item of items) if (item !== null) bytes += Buffer.byteLength(item)
  const out = start(oid.text, items.length, bytes)
  let at = headerBytes
  for (const item of items) {
    if (item === null) {
      at = out.writeInt32BE(-1, at)
      continue
    }
    const written = out.write(item, at + 4)
    out.writeInt32BE(written, at)
    at += 4 + written
  }
  return out
}

export function byteaArray(items: readonly (Uint8Array | null)[]): Buffer {
  let bytes = 0
  for (const item of items) bytes += item?.length ?? 0
  const out = start(oid.bytea, items.length, bytes)
  let at = headerBytes
  for (const item of items) {
    at = out.writeInt32BE(item?.length ?? -1, at)
    if (item === null) continue
    out.set(item, at)
    at += item.length
  }
  return out
}

/** bytea[] of SHA-256 hashes given in hexadecimal. */
export const hashArray = (items: readonly string[]): Buffer =>
  fixed(oid.bytea, 32, items, (out, item, at) => out.write(item, at, 'hex'))

/** uuid[] of hyphenated ids. Throws a `RangeError` for what is none. */
export const uuidArray = (items: readonly (string | null)[]): Buffer =>
  fixed(oid.uuid, 16, items, (out, item, at) => {
    if (out.write(item.replaceAll('-', ''), at, 16, 'hex') !== 16) throw new RangeError('not a uuid')
  })

export const int4Array = (items: readonly (number | null)[]): Buffer =>
  fixed(oid.int4, 4, items, (out, item, at) => out.writeInt32BE(item, at))

export const boolArray = (items: readonly (boolean | null)[]): Buffer =>
  fixed(oid.bool, 1, items, (out, item, at) => out.writeUInt8(item ? 1 : 0, at))

export const instantArray = (items: readonly (Date | null)[]): Buffer =>
  fixed(oid.timestamptz, 8, items, (out, item, at) => {
    out.writeBigInt64BE(BigInt(item.getTime()) * 1_000n - epochGapUs, at)
  })
