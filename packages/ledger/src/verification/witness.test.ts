/** Whoever remembers a checkpoint refuses one that does not continue it. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../bytes.ts'
import { CompactRange } from '../merkle/compactRange.ts'
import { consistencyProof, readNodesOf } from '../merkle/proofPaths.ts'
import { signCheckpoint } from '../notes/checkpoint.ts'
import { buildLedger, testSigner, type TestLedger } from '../testing/buildLedger.ts'
import { Witness, type FetchProof } from './witness.ts'

const sizes = Array.from({ length: 33 }, (_, size) => size)
let honest: TestLedger
let forked: TestLedger

beforeAll(async () => {
  honest = await buildLedger(32, sizes)
  // The same log, from entry 11 on with another history.
  const other = await buildLedger(32, [], 'elsewhere')
  const leaves = [...honest.entries.slice(0, 10), ...other.entries.slice(10)]
  const range = new CompactRange()
  const checkpoints: string[] = []
  for (const size of sizes) {
    checkpoints.push(
      await signCheckpoint({ origin: honest.origin, size, rootHash: toHex(range.root()) }, honest.signer),
    )
    const next = leaves[size]
    if (next !== undefined) range.append(fromHex(next.leafHash))
  }
  forked = { ...honest, entries: leaves, checkpoints }
})

const proofsOf =
  (ledger: TestLedger): FetchProof =>
  async (size1, size2) => {
    const read = readNodesOf(ledger.entries.map(({ leafHash }) => fromHex(leafHash)))
    return (await consistencyProof(size1, size2, read)).map(toHex)
  }

const never: FetchProof = async () => {
  throw new Error('no proof should have been asked for')
}

describe('a witness', () => {
  test('follows a log that only grows, whatever the steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 32 }), { minLength: 1, maxLength: 6 }), async (steps) => {
        let witness = new Witness(honest.origin, [honest.verifier])
        for (const size of steps.toSorted((a, b) => a - b)) {
          expect(await witness.offer(honest.checkpoints[size]!, proofsOf(honest))).toMatchObject({ accepted: true })
          // Remembered across sessions.
          witness = new Witness(honest.origin, [honest.verifier], JSON.parse(JSON.stringify(witness.seen)))
          expect(witness.seen).toMatchObject({ size, note: honest.checkpoints[size] })
        }
      }),
      { numRuns: 30 },
    )
  })

  test('refuses a smaller log and keeps its memory', async () => {
    const witness = new Witness(honest.origin, [honest.verifier])
    await witness.offer(honest.checkpoints[20]!, never)
    expect(await witness.offer(honest.checkpoints[19]!, never)).toMatchObject({ accepted: false, refusal: 'REWOUND' })
    expect(witness.seen).toMatchObject({ size: 20 })
  })

  test('refuses another root for the size it has seen', async () => {
    const witness = new Witness(honest.origin, [honest.verifier])
    await witness.offer(honest.checkpoints[20]!, never)
    expect(await witness.offer(forked.checkpoints[20]!, never)).toMatchObject({ accepted: false, refusal: 'FORKED' })
  })

  test('refuses a larger log with another history, with any proof it is given', async () => {
    for (let seen = 11; seen <= 31; seen++) {
      const witness = new Witness(honest.origin, [honest.verifier])
      await witness.offer(honest.checkpoints[seen]!, never)
      for (const proof of [proofsOf(forked), proofsOf(honest), async () => [], async () => ['zz']] as FetchProof[]) {
        expect(await witness.offer(forked.checkpoints[32]!, proof)).toMatchObject({
          accepted: false,
          refusal: 'INCONSISTENT',
        })
      }
      expect(witness.seen).toMatchObject({ size: seen })
    }
  })

  test('accepts the same checkpoint again and asks for nothing', async () => {
    const witness = new Witness(honest.origin, [honest.verifier])
    await witness.offer(honest.checkpoints[5]!, never)
    expect(await witness.offer(honest.checkpoints[5]!, never)).toMatchObject({ accepted: true })
  })

  test('refuses what no trusted key signed, and what is another log', async () => {
    const witness = new Witness(honest.origin, [honest.verifier])
    const checkpoint = { origin: honest.origin, size: 1, rootHash: honest.head.rootHash }
    const strange = await signCheckpoint(checkpoint, testSigner(honest.origin, 'stranger').signer)
    const elsewhere = await signCheckpoint({ ...checkpoint, origin: 'elsewhere' }, honest.signer)
    for (const bad of [strange, elsewhere, 'nothing']) {
      expect(await witness.offer(bad, never)).toMatchObject({ accepted: false, refusal: 'BAD_CHECKPOINT' })
    }
    expect(witness.seen).toBeNull()
    expect(() => new Witness('elsewhere', [], { origin: honest.origin, size: 1, rootHash: '', note: '' })).toThrow(
      RangeError,
    )
  })

  test('two offers at once cannot move the memory backwards', async () => {
    const witness = new Witness(honest.origin, [honest.verifier])
    await witness.offer(honest.checkpoints[4]!, never)
    const gate = Promise.withResolvers<void>()
    const slow: FetchProof = async (size1, size2) => {
      await gate.promise
      return proofsOf(honest)(size1, size2)
    }
    const older = witness.offer(honest.checkpoints[8]!, slow)
    expect(await witness.offer(honest.checkpoints[16]!, proofsOf(honest))).toMatchObject({ accepted: true })
    gate.resolve()
    expect(await older).toMatchObject({ accepted: false, refusal: 'REWOUND' })
    expect(witness.seen).toMatchObject({ size: 16 })
  })
})
