/**
 * A static-ct log's checkpoint. Its signature is an RFC 6962 tree head by an
 * ECDSA key, a note signature type Muster itself does not speak; the verifier
 * for it lives here, beside the vectors that need it.
 *
 * The tiles in that folder are placeholders (they say so in words), so the root
 * cannot be recomputed: it is compared with the tree head in the log's own
 * description.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromHex, NoteError, openCheckpoint, parseCheckpointText, toHex, type NoteVerifier } from '@muster/ledger'
import type { CaseResult } from './suite.ts'
import { bytes, number, object, readJsonFile, string } from './vectorFiles.ts'

const suite = 'tlog'
const group = 'sunlight'

export async function* runSunlight(dir: string): AsyncIterable<CaseResult> {
  const tree = join(dir, 'sunlight-skylight', 'tree')
  const log = await readJsonFile(tree, 'log.v3.json')
  const origin = string(log['description'], 'description')
  const head = object(log['final_tree_head'], 'final_tree_head')
  const verifier = treeHeadVerifier(origin, bytes(log['key'], 'key'))
  const note = await readFile(join(tree, 'checkpoint'), 'utf8')
  const checkpoint = openCheckpoint(note, origin, [verifier])
  yield { suite, group, name: 'the checkpoint is signed', ok: true }
  const sameSize = checkpoint.size === number(head['tree_size'], 'tree_size')
  const sameRoot = checkpoint.rootHash === toHex(bytes(head['sha256_root_hash'], 'sha256_root_hash'))
  yield { suite, group, name: "the checkpoint is the log's final tree head", ok: sameSize && sameRoot }
  for (const [what, spoiled] of [
    ['another size', note.replace(`\n${checkpoint.size}\n`, `\n${checkpoint.size + 1}\n`)],
    ['another root', note.replace('\nlC', '\nlD')],
  ] as const) {
    yield { suite, group, name: `the checkpoint with ${what} is refused`, ok: refuses(spoiled, origin, verifier) }
  }
}

function refuses(note: string, origin: string, verifier: NoteVerifier): boolean {
  try {
    openCheckpoint(note, origin, [verifier])
    return false
  } catch (error) {
    if (error instanceof NoteError) return true
    throw error
  }
}

/** Signature type 0x05 of c2sp.org/static-ct-api: `timestamp ‖ hash 4 ‖ signature 3 ‖ length ‖ DER` over a TreeHeadSignature. */
function treeHeadVerifier(name: string, spki: Uint8Array): NoteVerifier {
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const logId = createHash('sha256').update(spki).digest()
  const id = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(0x05)).update(logId).digest()
  return {
    name,
    keyId: id.readUInt32BE(0),
    verify(text, signature) {
      const bytesOf = Buffer.from(signature)
      if (bytesOf.length < 12 || bytesOf.readUInt16BE(8) !== 0x0403) return false
      if (bytesOf.readUInt16BE(10) !== bytesOf.length - 12) return false
      const { size, rootHash } = parseCheckpointText(Buffer.from(text).toString('utf8'))
      const head = Buffer.alloc(2 + 8 + 8 + 32)
      head[1] = 1 // version v1 (0), then signature type tree_hash (1): RFC 6962 §3.5
      bytesOf.copy(head, 2, 0, 8)
      head.writeBigUInt64BE(BigInt(size), 10)
      head.set(fromHex(rootHash), 18)
      return verify('sha256', head, publicKey, bytesOf.subarray(12))
    },
  }
}
