/**
 * A real tlog-tiles log, with the checkpoint it signed at each size from 0 to
 * 15. From its tiles and entries alone everything is recomputed: leaves, roots,
 * an inclusion proof for each entry and a consistency proof between all sizes.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  consistencyProof,
  decodeEntryBundle,
  ed25519Verifier,
  fromHex,
  inclusionProof,
  leafHash,
  merkleRoot,
  NoteError,
  openCheckpoint,
  readNodesFromTiles,
  rootAt,
  sameBytes,
  tileIn,
  tilePath,
  toHex,
  verifyConsistency,
  verifyInclusion,
  type Checkpoint,
  type ReadTile,
} from '@muster/ledger'
import type { CaseResult } from './suite.ts'

const suite = 'tlog'
const group = 'tessera'
const origin = 'example.com/log/testdata'
/** The public test key of that log, as its repository's test programs name it. */
const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'

export async function* runTessera(dir: string): AsyncIterable<CaseResult> {
  const log = join(dir, 'tessera', 'log')
  const readTile: ReadTile = (tile) => readFile(join(log, tilePath(tile)))
  const checkpoints: Checkpoint[] = []
  for (const file of (await readdir(log)).filter((name) => name.startsWith('checkpoint'))) {
    const note = await readFile(join(log, file), 'utf8')
    const checkpoint = openCheckpoint(note, origin, [ed25519Verifier(vkey)])
    checkpoints.push(checkpoint)
    yield { suite, group, name: `${file} is signed`, ok: true }
    yield { suite, group, name: `${file} with another size is refused`, ok: refusesOtherSize(note, checkpoint) }
  }
  checkpoints.sort((a, b) => a.size - b.size)
  for (const checkpoint of checkpoints.filter(({ size }, at) => size !== checkpoints[at - 1]?.size)) {
    yield* runSize(log, checkpoint, readTile)
  }
  yield await runConsistency(checkpoints, readTile)
}

function refusesOtherSize(note: string, { size }: Checkpoint): boolean {
  try {
    openCheckpoint(note.replace(`\n${size}\n`, `\n${size + 1}\n`), origin, [ed25519Verifier(vkey)])
    return false
  } catch (error) {
    if (error instanceof NoteError) return true
    throw error
  }
}

async function* runSize(log: string, { size, rootHash }: Checkpoint, readTile: ReadTile): AsyncIterable<CaseResult> {
  const read = readNodesFromTiles(size, readTile)
  const fromTiles = toHex(await rootAt(size, read))
  yield { suite, group, name: `the tiles of size ${size} give its root`, ok: fromTiles === rootHash }
  const bundle = tileIn(size, 0, 0)
  if (bundle === null) return
  const entries = decodeEntryBundle(await readFile(join(log, tilePath(bundle, 'entries'))), bundle.width)
  const leaves = entries.map((entry) => leafHash(entry))
  yield { suite, group, name: `the entries of size ${size} give its root`, ok: toHex(merkleRoot(leaves)) === rootHash }
  const root = fromHex(rootHash)
  let included = 0
  for (const [leafIndex, leaf] of leaves.entries()) {
    const proof = await inclusionProof(leafIndex, size, read)
    if (verifyInclusion({ leafIndex, treeSize: size, leafHash: leaf, proof, root })) included++
  }
  yield { suite, group, name: `every entry of size ${size} is proven included`, ok: included === size }
}

async function runConsistency(checkpoints: readonly Checkpoint[], readTile: ReadTile): Promise<CaseResult> {
  let proven = 0
  let pairs = 0
  for (const newer of checkpoints) {
    const read = readNodesFromTiles(newer.size, readTile)
    for (const older of checkpoints.filter(({ size }) => size > 0 && size <= newer.size)) {
      pairs++
      const proof = await consistencyProof(older.size, newer.size, read)
      const claim = {
        size1: older.size,
        size2: newer.size,
        root1: fromHex(older.rootHash),
        root2: fromHex(newer.rootHash),
      }
      if (verifyConsistency({ ...claim, proof }) && sameBytes(claim.root2, await rootAt(newer.size, read))) proven++
    }
  }
  return {
    suite,
    group,
    name: 'every pair of sizes is proven consistent',
    ok: pairs > 0 && proven === pairs,
    detail: `${proven} of ${pairs}`,
  }
}
