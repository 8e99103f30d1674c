/**
 * The vectors printed in docs/specs are the ones this package gives. They are
 * read from the pages themselves, so a page cannot drift from the code.
 */
import { readFileSync } from 'node:fs'
import type { SealedVerdict } from '@muster/canonical-json'
import { describe, expect, test } from 'vitest'
import {
  breakReasons,
  CompactRange,
  commitment,
  consistencyProof,
  ed25519Verifier,
  formatVerifierKey,
  fromHex,
  genesisLink,
  inclusionProof,
  leafHash,
  linkHash,
  openCheckpoint,
  parseProofHeader,
  parseProvenEntry,
  parseReceiptBody,
  proofReasons,
  ProofVerifier,
  readNodesOf,
  readPublicKey,
  rootAt,
  toHex,
  verdictRoot,
  verifyConsistency,
  verifyInclusion,
  verifierOf,
  verifyLedger,
  writeProvenEntry,
  type StoredFrontier,
} from './index.ts'
import { buildLedger, proofText } from './testing/buildLedger.ts'

function pageOf(page: string): string {
  return readFileSync(new URL(`../../../docs/specs/${page}.md`, import.meta.url), 'utf8')
}

/** The one JSON block of a page that is marked as its vectors. */
function vectorsOf<T>(page: string): T {
  const blocks = [...pageOf(page).matchAll(/^```json vectors\n([\s\S]*?)^```$/gm)].map((match) => match[1]!)
  expect(blocks).toHaveLength(1)
  return JSON.parse(blocks[0]!) as T
}

interface LedgerVectors {
  origin: string
  genesisLink: string
  entries: { seq: number; leafHash: string; previousLink: string; link: string }[]
  roots: string[]
  frontier: StoredFrontier
  inclusion: { leafIndex: number; treeSize: number; proof: string[] }
  consistency: { size1: number; size2: number; proof: string[] }
}

interface CheckpointVectors {
  origin: string
  publicKey: string
  verifierKey: string
  checkpoints: { size: number; rootHash: string; note: string }[]
}

describe('docs/specs', () => {
  test('access-review.md: the verdicts give the root, and any change of one another root', () => {
    const { verdicts, verdictRoot: root } = vectorsOf<{ verdicts: SealedVerdict[]; verdictRoot: string }>(
      'access-review',
    )
    expect(toHex(verdictRoot(verdicts))).toBe(root)
    expect(toHex(verdictRoot(verdicts.toReversed()))).not.toBe(root)
    for (const [index, verdict] of verdicts.entries()) {
      const forged = verdicts.with(index, { ...verdict, verdict: 'RECERTIFIED' })
      expect(toHex(verdictRoot(forged))).not.toBe(root)
    }
  })

  test('receipt.md: the body is a receipt and hashes to its leaf; the commitment is as printed', () => {
    const [receipt, commit] =
      vectorsOf<[{ body: string; leafHash: string }, Record<'salt' | 'text' | 'commitment', string>]>('receipt')
    expect(parseReceiptBody(receipt.body).type).toBe('action.decided')
    expect(toHex(leafHash(receipt.body))).toBe(receipt.leafHash)
    expect(commitment(fromHex(commit.salt), commit.text)).toBe(commit.commitment)
  })

  test('ledger.md: chain, roots, frontier and proofs are as printed', async () => {
    const vectors = vectorsOf<LedgerVectors>('ledger')
    const { origin, entries, roots, inclusion, consistency } = vectors
    let link = genesisLink(origin)
    expect(toHex(link)).toBe(vectors.genesisLink)
    const range = new CompactRange()
    for (const entry of entries) {
      expect(entry.previousLink).toBe(toHex(link))
      link = linkHash(entry.seq, link, fromHex(entry.leafHash))
      expect(entry.link).toBe(toHex(link))
      range.append(fromHex(entry.leafHash))
    }
    expect(range.store()).toEqual(vectors.frontier)
    const leaves = entries.map((entry) => fromHex(entry.leafHash))
    const read = readNodesOf(leaves)
    expect(roots).toHaveLength(entries.length + 1)
    for (const [size, root] of roots.entries()) expect(toHex(await rootAt(size, read))).toBe(root)
    const included = await inclusionProof(inclusion.leafIndex, inclusion.treeSize, read)
    expect(included.map(toHex)).toEqual(inclusion.proof)
    const rootOf = (size: number): Uint8Array => fromHex(roots[size]!)
    expect(
      verifyInclusion({
        ...inclusion,
        leafHash: leaves[inclusion.leafIndex]!,
        proof: included,
        root: rootOf(inclusion.treeSize),
      }),
    ).toBe(true)
    const consistent = await consistencyProof(consistency.size1, consistency.size2, read)
    expect(consistent.map(toHex)).toEqual(consistency.proof)
    expect(
      verifyConsistency({
        ...consistency,
        root1: rootOf(consistency.size1),
        root2: rootOf(consistency.size2),
        proof: consistent,
      }),
    ).toBe(true)
  })

  test('ledger.md: every reason a verdict can give is in its table, in order', () => {
    const named = [...pageOf('ledger').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1])
    expect(named).toEqual([...breakReasons])
  })

  test('checkpoint.md: the notes open with the printed key and hold the printed ledger', async () => {
    const { origin, publicKey, verifierKey, checkpoints } = vectorsOf<CheckpointVectors>('checkpoint')
    expect(formatVerifierKey(origin, readPublicKey(publicKey))).toBe(verifierKey)
    const verifiers = [ed25519Verifier(verifierKey)]
    for (const { size, rootHash, note } of checkpoints) {
      expect(openCheckpoint(note, origin, verifiers)).toEqual({ origin, size, rootHash, extensions: [] })
    }
    const { entries } = vectorsOf<LedgerVectors>('ledger')
    const verdict = await verifyLedger(
      entries.map((entry) => ({ ...entry, body: null })),
      { origin, verifiers, checkpoints: checkpoints.map(({ note }) => note) },
    )
    expect(verdict).toMatchObject({ intact: true, checked: 5, checkpointsVerified: checkpoints.length })
  })

  test('proof.md: the bundle verifies as printed, and each line is what this package writes', async () => {
    const { lines } = vectorsOf<{ lines: string[] }>('proof')
    const header = parseProofHeader(lines[0]!)
    const [key] = header.keys
    const verifier = new ProofVerifier(header, [verifierOf(header.origin, readPublicKey(key!.publicKey))])
    for (const line of lines.slice(1)) {
      const proven = parseProvenEntry(line)
      expect(verifier.push(proven)).toBe(true)
      expect(JSON.parse(writeProvenEntry(proven))).toMatchObject(JSON.parse(line) as object)
    }
    expect(verifier.finish()).toMatchObject({ intact: true, checked: 2, signed: true, checkpoint: { size: 5 } })
    const ledger = await buildLedger(5, [5], header.origin)
    expect((await proofText(ledger, 3, 4)).trimEnd().split('\n')).toEqual(lines)
  })

  test('proof.md: every reason of its own is in its table, in order', () => {
    const named = [...pageOf('proof').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1])
    expect(named).toEqual([...proofReasons])
  })
})
