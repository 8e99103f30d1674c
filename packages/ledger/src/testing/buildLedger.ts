/**
 * Builds whole ledgers for tests and measurements: real bodies, real links,
 * real checkpoints signed by a real key. Not exported to the product.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { concat, fromHex, toHex, utf8 } from '../bytes.ts'
import { writeCheckpointLine, writeEntryLine, writeHeaderLine, type ExportedKey } from '../exportFile/exportLines.ts'
import { CompactRange } from '../merkle/compactRange.ts'
import { readCheckpoint, signCheckpoint } from '../notes/checkpoint.ts'
import { inclusionProof, readNodesOf } from '../merkle/proofPaths.ts'
import { writeProofHeader, writeProvenEntry } from '../proofFile/proofLines.ts'
import type { NoteSigner } from '../notes/signedNote.ts'
import { ed25519KeyId, verifierOf, type NoteVerifier } from '../notes/verifierKey.ts'
import { genesisLink, leafHash, linkHash } from '../receipt/chain.ts'
import { composeBody } from '../receipt/receiptBody.ts'
import type { LedgerEntry } from '../verification/verdict.ts'
import { sha256 } from '@muster/canonical-json'

export const testTenant = '01900000-0000-7000-8000-00000000c0de'

export interface TestEntry extends LedgerEntry {
  readonly seq: number
  readonly previousLink: string
  readonly body: string
  readonly type: string
}

export interface TestLedger {
  readonly origin: string
  readonly tenant: string
  readonly entries: readonly TestEntry[]
  /** Signed notes in the order they were issued. */
  readonly checkpoints: readonly string[]
  readonly verifier: NoteVerifier
  readonly publicKey: Uint8Array
  readonly signer: NoteSigner
  readonly head: { readonly seq: number; readonly link: string; readonly rootHash: string }
}

/** A note signer from a label: the same label gives the same key. */
export function testSigner(origin: string, label: string): { signer: NoteSigner; publicKey: Uint8Array } {
  const secret = sha256(utf8(`test key ${label}`))
  const publicKey = ed25519.getPublicKey(secret)
  const sign = (text: Uint8Array): Uint8Array => ed25519.sign(text, secret)
  return { signer: { name: origin, keyId: ed25519KeyId(origin, publicKey), sign }, publicKey }
}

/** The body of entry `seq`: the same for the same arguments. */
export function testBody(seq: number, origin: string, tenant: string = testTenant): string {
  const random = toHex(sha256(concat(utf8(origin), utf8(` ${seq}`))))
  const id = `01900000-0000-7000-8000-${random.slice(0, 12)}`
  return composeBody({
    actor: { agent: id, credential: `key_${random.slice(12, 20)}`, id, kind: 'agent' },
    data: { decision: random.slice(0, 32), outcome: seq % 3 === 0 ? 'DENY' : 'ALLOW', policyVersion: 7 },
    id,
    nonce: random.slice(32),
    occurredAt: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString(),
    policyHash: random,
    request: `req-${seq}`,
    service: 'guard',
    subject: { id, type: 'agent' },
    tenant,
    type: 'action.decided',
  })
}

/** @param checkpointSizes at which sizes to sign, ascending. */
export async function buildLedger(
  count: number,
  checkpointSizes: readonly number[] = [],
  origin = 'log-2f6c1d',
): Promise<TestLedger> {
  const { signer, publicKey } = testSigner(origin, 'first')
  const range = new CompactRange()
  const entries: TestEntry[] = []
  const checkpoints: string[] = []
  const wanted = new Set(checkpointSizes)
  const checkpoint = async (): Promise<void> => {
    if (!wanted.has(range.size)) return
    checkpoints.push(await signCheckpoint({ origin, size: range.size, rootHash: toHex(range.root()) }, signer))
  }
  await checkpoint()
  let link = genesisLink(origin)
  for (let seq = 1; seq <= count; seq++) {
    const body = testBody(seq, origin)
    const leaf = leafHash(body)
    const previousLink = toHex(link)
    link = linkHash(seq, link, leaf)
    range.append(leaf)
    entries.push({ seq, leafHash: toHex(leaf), link: toHex(link), previousLink, body, type: 'action.decided' })
    if (wanted.has(seq)) await checkpoint()
  }
  const head = { seq: count, link: toHex(link), rootHash: toHex(range.root()) }
  const verifier = verifierOf(origin, publicKey)
  return { origin, tenant: testTenant, entries, checkpoints, verifier, publicKey, signer, head }
}

const keyOf = ({ publicKey }: TestLedger): ExportedKey => ({
  kid: 'k1',
  publicKey: toHex(publicKey),
  state: 'active',
  from: '2026-01-01T00:00:00.000Z',
  to: null,
})

/** The ledger as the text of an export file. */
export function exportText(ledger: TestLedger): string {
  const { origin, tenant, entries, checkpoints, head } = ledger
  return [
    writeHeaderLine({ origin, tenant, keys: [keyOf(ledger)], head }),
    ...entries.map(writeEntryLine),
    ...checkpoints.map(writeCheckpointLine),
  ].join('')
}

/** A range of the ledger as the text of a proof bundle, under the checkpoint of `size`, the last one by default. */
export async function proofText(
  ledger: TestLedger,
  first: number,
  last: number,
  size = ledger.head.seq,
): Promise<string> {
  const { origin, tenant, entries, checkpoints } = ledger
  const checkpoint = checkpoints.find((note) => readCheckpoint(note).size === size) ?? ''
  const read = readNodesOf(entries.slice(0, size).map(({ leafHash: leaf }) => fromHex(leaf)))
  const lines = [writeProofHeader({ origin, tenant, keys: [keyOf(ledger)], range: { first, last }, checkpoint })]
  for (const entry of entries.slice(first - 1, last)) {
    const inclusion = (await inclusionProof(entry.seq - 1, size, read)).map(toHex)
    lines.push(writeProvenEntry({ entry, inclusion }))
  }
  return lines.join('')
}
