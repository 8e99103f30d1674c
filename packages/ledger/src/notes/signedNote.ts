/**
 * Signed notes (c2sp.org/signed-note): text, a blank line, signature lines.
 *
 * INVARIANT (signed or nothing): `openNote` gives no text unless a trusted key
 * signed it, and a known key whose signature fails sinks the whole note.
 */
import { concat, fromBase64, toBase64, utf8 } from '../bytes.ts'
import { hasControls } from './noteText.ts'
import { isKeyName, keyIdHex, type NoteVerifier } from './verifierKey.ts'

export type NoteErrorCode = 'MALFORMED' | 'UNSIGNED' | 'BAD_SIGNATURE' | 'AMBIGUOUS_KEYS'

export class NoteError extends Error {
  readonly code: NoteErrorCode
  override readonly name = 'NoteError'
  constructor(code: NoteErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  readonly signature: Uint8Array
}

export interface ParsedNote {
  /** With its final newline, without the blank line. Unverified. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface OpenedNote {
  readonly text: string
  /** Each trusted key that signed, once. */
  readonly verified: readonly { readonly name: string; readonly keyId: number }[]
}

/** Signs notes with one key; the private key may live in another process. */
export interface NoteSigner {
  readonly name: string
  readonly keyId: number
  /** @returns the raw signature over the text's bytes, 64 bytes for Ed25519. */
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** The specification asks for 16 at least; its reference implementation stops at 100. */
export const signaturesMax = 100
/** 100 signatures of 5 kB each, and room for text. */
const noteLengthMax = 1_000_000

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Splits a note without verifying anything. @throws NoteError MALFORMED */
export function parseNote(note: string | Uint8Array): ParsedNote {
  const whole = decodeNote(note)
  const split = whole.lastIndexOf('\n\n')
  if (split === -1) throw malformed('there is no blank line before the signatures')
  const text = whole.slice(0, split + 1)
  const lines = whole.slice(split + 2)
  if (lines === '' || !lines.endsWith('\n')) throw malformed('the signature lines do not end with a newline')
  const signatures = lines.slice(0, -1).split('\n').map(parseSignatureLine)
  if (signatures.length > signaturesMax) throw malformed(`more than ${signaturesMax} signatures`)
  return { text, signatures }
}

function decodeNote(note: string | Uint8Array): string {
  let whole: string
  try {
    whole = typeof note === 'string' ? note : decoder.decode(note)
  } catch {
    throw malformed('the note is not UTF-8')
  }
  if (whole.length > noteLengthMax) throw malformed('the note is too long')
  if (!whole.isWellFormed()) throw malformed('the note holds half of a surrogate pair')
  if (hasControls(whole)) throw malformed('the note holds a control character')
  return whole
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, encoded, ...rest] = line.split(' ')
  const bytes = encoded === undefined ? null : fromBase64(encoded)
  if (dash !== '—' || name === undefined || !isKeyName(name) || rest.length > 0 || bytes === null || bytes.length < 5) {
    throw malformed('a signature line is not `— name base64`')
  }
  return { name, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.subarray(4) }
}

/**
 * Opens a note with the keys one trusts.
 * @throws NoteError MALFORMED; AMBIGUOUS_KEYS when two trusted keys share name and id; BAD_SIGNATURE when a trusted
 *   key's signature fails; UNSIGNED when no trusted key signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note)
  const bytes = utf8(text)
  const verified = new Map<string, { name: string; keyId: number }>()
  for (const { name, keyId, signature } of signatures) {
    const known = verifiers.filter((verifier) => verifier.name === name && verifier.keyId === keyId)
    const verifier = known[0]
    if (verifier === undefined) continue // not a key we trust: no opinion
    const id = `${name}+${keyIdHex(keyId)}`
    if (known.length > 1) throw new NoteError('AMBIGUOUS_KEYS', `two trusted keys are called \`${id}\``)
    if (verified.has(id)) continue
    if (!verifier.verify(bytes, signature)) {
      throw new NoteError('BAD_SIGNATURE', `the signature of \`${id}\` does not fit the note`)
    }
    verified.set(id, { name, keyId })
  }
  if (verified.size === 0) throw new NoteError('UNSIGNED', 'no trusted key signed the note')
  return { text, verified: [...verified.values()] }
}

/**
 * Signs a text with one or more keys.
 * @param text ends with a newline; no control characters but newlines.
 * @throws NoteError MALFORMED
 */
export async function signNote(text: string, ...signers: readonly NoteSigner[]): Promise<string> {
  if (!text.endsWith('\n') || !text.isWellFormed() || hasControls(text)) {
    throw malformed('a note is plain text that ends with a newline')
  }
  if (signers.length === 0 || signers.length > signaturesMax) throw malformed('a note has 1 to 100 signatures')
  const bytes = utf8(text)
  let note = `${text}\n`
  for (const signer of signers) {
    if (!isKeyName(signer.name)) throw malformed(`not a key name: \`${signer.name}\``)
    const id = new Uint8Array(4)
    new DataView(id.buffer).setUint32(0, signer.keyId)
    note += `— ${signer.name} ${toBase64(concat(id, await signer.sign(bytes)))}\n`
  }
  return note
}

function malformed(message: string): NoteError {
  return new NoteError('MALFORMED', message)
}
