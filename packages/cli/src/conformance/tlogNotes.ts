/**
 * Signed notes: each must open, or be refused, exactly as marked; and a
 * verifier key that is damaged in any way is no key.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateKey, sign } from 'node:crypto'
import {
  BadVerifierKey,
  ed25519KeyId,
  ed25519Verifier,
  fromBase64,
  NoteError,
  openNote,
  readCheckpoint,
  signNote,
  type NoteSigner,
} from '@muster/ledger'
import type { JsonObject } from '@muster/canonical-json'
import type { CaseResult } from './suite.ts'
import { boolean, list, object, readJsonFile, string } from './vectorFiles.ts'

const suite = 'tlog'

export async function* runSignedNotes(dir: string): AsyncIterable<CaseResult> {
  const vectors = await readJsonFile(dir, 'signed-note.json')
  for (const item of list(vectors['cases'], 'cases')) yield runNote(object(item, 'case'))
  const vkey = string(vectors['verifier'], 'verifier')
  const signed = await signNote(string(vectors['text'], 'text'), signerOf(string(vectors['signer'], 'signer')))
  yield {
    suite,
    group: 'signed notes',
    name: 'signing gives the expected note',
    ok: signed === string(vectors['expected_signed_note'], 'expected_signed_note'),
  }
  for (const bad of list(vectors['bad_verifier_keys'], 'bad_verifier_keys')) {
    const key = string(bad, 'bad verifier key')
    yield { suite, group: 'verifier keys', name: `refuses ${key}`, ok: !isKey(key) }
  }
  yield { suite, group: 'verifier keys', name: 'accepts the whole key', ok: isKey(vkey) }
  yield noKey('no proper substring is a key', properSubstrings(vkey))
  yield noKey('no key with one byte raised is a key', raisedBytes(vkey))
}

function runNote(vector: JsonObject): CaseResult {
  const name = string(vector['name'], 'name')
  const keys = list(vector['trusted_keys'], 'trusted_keys').map((key) => ed25519Verifier(string(key, 'key')))
  const wanted = boolean(vector['open_ok'], 'open_ok')
  const signers = list(vector['verified_by'], 'verified_by').map((signer) => string(signer, 'signer'))
  let opened: string[] | null = null
  let detail = 'opened'
  try {
    opened = openNote(string(vector['note'], 'note'), keys).verified.map((key) => key.name)
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    detail = error.message
  }
  const ok = wanted ? opened !== null && opened.join() === signers.join() : opened === null
  return { suite, group: 'signed notes', name, ok, detail }
}

/** The example of c2sp.org/signed-note; and every checkpoint shown in tlog-checkpoint must at least read. */
export async function* runSpecificationExample(dir: string): AsyncIterable<CaseResult> {
  const noteText = await readFile(join(dir, 'specs', 'signed-note.md'), 'utf8')
  // The key stands in an indented line, the notes between fences.
  const vkey = /^ {4}(\S+\+[0-9a-f]{8}\+\S+)$/m.exec(noteText)?.[1]
  const example = fencedBlocks(noteText).find((block) => block.startsWith('This is an example message.'))
  const opens = vkey !== undefined && example !== undefined && opensWith(example, vkey)
  yield { suite, group: 'specification', name: 'the example note opens with the example key', ok: opens }
  const checkpointText = await readFile(join(dir, 'specs', 'tlog-checkpoint.md'), 'utf8')
  for (const block of fencedBlocks(checkpointText).filter((text) => text.includes('\n— '))) {
    const { origin, size } = readCheckpoint(block)
    yield { suite, group: 'specification', name: `the example checkpoint of ${origin} reads`, ok: size > 0 }
  }
}

function fencedBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```\n([\s\S]*?)^```$/gm)].map((match) => match[1]!)
}

function opensWith(note: string, vkey: string): boolean {
  return openNote(note, [ed25519Verifier(vkey)]).verified.length === 1
}

function isKey(text: string): boolean {
  try {
    ed25519Verifier(text)
    return true
  } catch (error) {
    if (error instanceof BadVerifierKey) return false
    throw error
  }
}

function noKey(name: string, candidates: readonly string[]): CaseResult {
  const accepted = candidates.filter(isKey)
  const detail = accepted.length === 0 ? `${candidates.length} refused` : `accepted ${accepted[0]}`
  return { suite, group: 'verifier keys', name, ok: accepted.length === 0 && candidates.length > 0, detail }
}

function properSubstrings(text: string): string[] {
  const found: string[] = []
  for (let start = 0; start < text.length; start++) {
    for (let end = start; end <= text.length; end++) if (end - start < text.length) found.push(text.slice(start, end))
  }
  return found
}

function raisedBytes(text: string): string[] {
  return Array.from(
    text,
    (_, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 1) + text.slice(at + 1),
  )
}

/** Reads `PRIVATE+KEY+<name>+<id>+<base64(0x01 ‖ seed)>`, the form golang/mod writes private keys in. */
function signerOf(privateKey: string): NoteSigner {
  const match = /^PRIVATE\+KEY\+([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(privateKey)
  const material = fromBase64(match?.[2] ?? '')
  if (match === null || material?.length !== 33) throw new TypeError('signer: not a private note key')
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), material.subarray(1)])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
  return { name: match[1]!, keyId: ed25519KeyId(match[1]!, publicKey), sign: (text) => sign(null, text, key) }
}
