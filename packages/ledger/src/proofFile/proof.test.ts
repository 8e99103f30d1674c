/** A proof bundle holds for every range of every tree, and for nothing that was touched. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../bytes.ts'
import { CompactRange } from '../merkle/compactRange.ts'
import { frontierOfInclusion } from '../merkle/frontierOf.ts'
import { inclusionProof, readNodesOf } from '../merkle/proofPaths.ts'
import { verifierOf } from '../notes/verifierKey.ts'
import { buildLedger, proofText, testSigner, type TestLedger } from '../testing/buildLedger.ts'
import { parseProofHeader, parseProvenEntry } from './proofLines.ts'
import { ProofVerifier, type ProofVerdict } from './proofVerifier.ts'

const sizeMax = 40
let ledger: TestLedger
beforeAll(async () => {
  ledger = await buildLedger(
    sizeMax,
    Array.from({ length: sizeMax }, (_, at) => at + 1),
  )
})

/** The bundle's lines for a range, under the checkpoint of `size`. */
async function bundle(first: number, last: number, size: number): Promise<string[]> {
  return (await proofText(ledger, first, last, size)).trimEnd().split('\n')
}

function verdictOf([header, ...rest]: readonly string[], verifiers = [ledger.verifier]): ProofVerdict {
  const verifier = new ProofVerifier(parseProofHeader(header!), verifiers)
  for (const line of rest) {
    if (!verifier.push(parseProvenEntry(line))) break
  }
  return verifier.finish()
}

const place = fc
  .tuple(
    fc.integer({ min: 1, max: sizeMax }),
    fc.integer({ min: 1, max: sizeMax }),
    fc.integer({ min: 1, max: sizeMax }),
  )
  .map((three) => three.toSorted((a, b) => a - b) as [number, number, number])

describe('a proof bundle', () => {
  test('holds for every range under every checkpoint that covers it', async () => {
    await fc.assert(
      fc.asyncProperty(place, async ([first, last, size]) => {
        expect(verdictOf(await bundle(first, last, size))).toMatchObject({
          intact: true,
          checked: last - first + 1,
          bodiesChecked: last - first + 1,
          checkpoint: { size },
          signed: true,
        })
      }),
      { numRuns: 60 },
    )
  })

  test('holds with bodies withheld, and says how many it saw', async () => {
    const lines = (await bundle(5, 9, 20)).map((line, at) => (at === 2 ? withheld(line) : line))
    expect(verdictOf(lines)).toMatchObject({ intact: true, checked: 5, bodiesChecked: 4 })
  })

  test('names the first entry that was touched, whatever was touched', async () => {
    const whole = await bundle(5, 9, 20)
    const touched = (change: (line: string) => string): string[] =>
      whole.map((line, at) => (at === 3 ? change(line) : line))
    const cases: [string[], string, number][] = [
      [touched((line) => line.replace('\\"outcome\\":\\"', '\\"outcome\\":\\"X')), 'LEAF_MISMATCH', 7],
      [touched((line) => line.replace(/"link":"../, '"link":"00')), 'LINK_MISMATCH', 7],
      [touched((line) => line.replace(/"inclusion":\["../, '"inclusion":["00')), 'NOT_INCLUDED', 7],
      [touched((line) => line.replace(/"inclusion":\[[^\]]*\]/, '"inclusion":[]')), 'NOT_INCLUDED', 7],
      [whole.filter((_, at) => at !== 3), 'OUT_OF_SEQUENCE', 7],
      [whole.slice(0, 4), 'TRUNCATED', 8],
      [[...whole, whole[1]!], 'OUT_OF_SEQUENCE', 10],
      [touched(() => whole[2]!), 'OUT_OF_SEQUENCE', 7],
    ]
    for (const [lines, reason, firstBrokenSeq] of cases)
      expect(verdictOf(lines)).toMatchObject({ intact: false, reason, firstBrokenSeq })
  })

  test('is refused under another key, another log, a root nobody signed, and a checkpoint that ends before it', async () => {
    const whole = await bundle(5, 9, 20)
    const headed = (change: (header: string) => string): string[] => [change(whole[0]!), ...whole.slice(1)]
    const stranger = verifierOf(ledger.origin, testSigner(ledger.origin, 'second').publicKey)
    expect(verdictOf(whole, [stranger])).toMatchObject({ intact: false, reason: 'BAD_CHECKPOINT', signed: false })
    for (const lines of [
      headed((header) => header.replaceAll('"origin":"log-', '"origin":"lag-')),
      headed((header) => header.replace('\\n20\\n', '\\n21\\n')),
    ])
      expect(verdictOf(lines)).toMatchObject({ intact: false, reason: 'BAD_CHECKPOINT', checked: 0 })
    const short = (await bundle(1, 8, 8))[0]!.replace('"last":8', '"last":9')
    expect(verdictOf([short, ...whole.slice(1)])).toMatchObject({ intact: false, reason: 'NOT_COVERED', checked: 0 })
  })
})

test('the left siblings of a path are the frontier before its leaf', async () => {
  await fc.assert(
    fc.asyncProperty(place, async ([, leafIndex, size]) => {
      if (leafIndex >= size) return
      const leaves = ledger.entries.slice(0, size).map(({ leafHash }) => fromHex(leafHash))
      const range = new CompactRange()
      for (const leaf of leaves.slice(0, leafIndex)) range.append(leaf)
      const path = (await inclusionProof(leafIndex, size, readNodesOf(leaves))).map(toHex)
      expect(frontierOfInclusion(leafIndex, size, path)).toEqual(range.store())
      expect(frontierOfInclusion(leafIndex, size, path.slice(1))).toBeNull()
      expect(frontierOfInclusion(leafIndex, size, [...path, '0'.repeat(64)])).toBeNull()
    }),
  )
})

function withheld(line: string): string {
  const { body: _, type: __, ...rest } = JSON.parse(line) as Record<string, unknown>
  return `${JSON.stringify({ ...rest, body: null })}\n`
}
