/**
 * Checkpoints (c2sp.org/tlog-checkpoint): the log's head at one size, in three
 * lines, signed as a note. Muster writes no extension lines and reads them.
 */
import { fromBase64, fromHex, toBase64, toHex } from '../bytes.ts'
import { hashLength, isCount } from '../merkle/treeHash.ts'
import { hasControls } from './noteText.ts'
import { NoteError, openNote, parseNote, signNote, type NoteSigner } from './signedNote.ts'
import type { NoteVerifier } from './verifierKey.ts'

export interface Checkpoint {
  /** The tenant's random origin id, never a name. */
  readonly origin: string
  /** Entries covered; as sequence numbers start at 1, also the last one covered. */
  readonly size: number
  /** Lower-case hex. */
  readonly rootHash: string
  readonly extensions: readonly string[]
}

/** The note's text. @throws NoteError MALFORMED for an empty origin, a bad size or root. */
export function formatCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>): string {
  const { origin, size, rootHash } = checkpoint
  if (origin === '' || origin.includes('\n') || hasControls(origin) || !origin.isWellFormed()) {
    throw new NoteError('MALFORMED', `not an origin: \`${origin}\``)
  }
  if (!isCount(size)) throw new NoteError('MALFORMED', `not a tree size: \`${String(size)}\``)
  if (!/^[0-9a-f]{64}$/.test(rootHash)) throw new NoteError('MALFORMED', 'a root hash is 64 hexadecimal characters')
  return `${origin}\n${size}\n${toBase64(fromHex(rootHash))}\n`
}

/** Reads a note's text. @throws NoteError MALFORMED */
export function parseCheckpointText(text: string): Checkpoint {
  const [origin, sizeText, rootText, ...rest] = text.split('\n')
  const last = rest.pop()
  if (origin === undefined || origin === '' || sizeText === undefined || rootText === undefined || last !== '') {
    throw new NoteError('MALFORMED', 'a checkpoint has an origin, a size and a root, each on a line')
  }
  const size = /^(?:0|[1-9][0-9]*)$/.test(sizeText) ? Number(sizeText) : Number.NaN
  if (!isCount(size)) throw new NoteError('MALFORMED', `not a tree size: \`${sizeText}\``)
  const root = fromBase64(rootText)
  if (root?.length !== hashLength) throw new NoteError('MALFORMED', 'the root is not 32 bytes in base64')
  if (rest.includes('')) throw new NoteError('MALFORMED', 'an extension line is empty')
  return { origin, size, rootHash: toHex(root), extensions: rest }
}

/** Reads a signed checkpoint without verifying it. @throws NoteError MALFORMED */
export function readCheckpoint(note: string | Uint8Array): Checkpoint {
  return parseCheckpointText(parseNote(note).text)
}

/**
 * Opens a signed checkpoint of one log.
 * @throws NoteError, also MALFORMED when it is another log's: a key may be shared, an origin never.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  origin: string,
  verifiers: readonly NoteVerifier[],
): Checkpoint {
  const checkpoint = parseCheckpointText(openNote(note, verifiers).text)
  if (checkpoint.origin !== origin) throw new NoteError('MALFORMED', `the checkpoint is of \`${checkpoint.origin}\``)
  return checkpoint
}

/** Formats and signs. The caller has made sure that the log did not go backwards. */
export async function signCheckpoint(
  checkpoint: Omit<Checkpoint, 'extensions'>,
  ...signers: readonly NoteSigner[]
): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), ...signers)
}
