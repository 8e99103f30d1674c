/** Whatever byte, order or omission is touched, verification fails and names the first broken entry. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../bytes.ts'
import { CompactRange } from '../merkle/compactRange.ts'
import { signCheckpoint } from '../notes/checkpoint.ts'
import { verifierOf } from '../notes/verifierKey.ts'
import { genesisLink, leafHash, linkHash } from '../receipt/chain.ts'
import { buildLedger, testBody, testSigner, type TestEntry, type TestLedger } from '../testing/buildLedger.ts'
import { LedgerVerifier, type VerifierOptions } from './ledgerVerifier.ts'
import { verifyLedger } from './verifyLedger.ts'
import type { LedgerEntry, LedgerVerdict } from './verdict.ts'

const count = 40
let ledger: TestLedger

beforeAll(async () => {
  ledger = await buildLedger(count, [0, 10, 20, 40])
})

function verify(entries: readonly LedgerEntry[], options: Partial<VerifierOptions> = {}): Promise<LedgerVerdict> {
  const { origin, checkpoints, verifier, head } = ledger
  return verifyLedger(entries, { origin, checkpoints, verifiers: [verifier], head, ...options })
}

function changed(seq: number, change: Partial<LedgerEntry>): LedgerEntry[] {
  return ledger.entries.map((entry) => (entry.seq === seq ? { ...entry, ...change } : entry))
}

/** What someone with the database would do: change a body and make everything after it fit again. */
function rewritten(seq: number, body: string): TestEntry[] {
  let link = genesisLink(ledger.origin)
  return ledger.entries.map((entry) => {
    const text = entry.seq === seq ? body : entry.body
    const leaf = leafHash(text)
    const previousLink = toHex(link)
    link = linkHash(entry.seq, link, leaf)
    return { ...entry, body: text, leafHash: toHex(leaf), link: toHex(link), previousLink }
  })
}

function rootOf(entries: readonly TestEntry[]): string {
  const range = new CompactRange()
  for (const { body } of entries) range.append(leafHash(body))
  return toHex(range.root())
}

describe('an untouched ledger', () => {
  test('is intact, with every checkpoint verified', async () => {
    expect(await verify(ledger.entries)).toEqual({
      intact: true,
      checked: count,
      firstBrokenSeq: null,
      brokenRange: null,
      reason: null,
      detail: null,
      headSeq: count,
      headLink: ledger.head.link,
      rootHash: ledger.head.rootHash,
      bodiesChecked: count,
      checkpointsMatched: 4,
      checkpointsVerified: 4,
    })
  })

  test('is intact for a reader who may see no body, or some', async () => {
    const verdict = await verify(
      ledger.entries.map((entry) => ({ ...entry, body: entry.seq % 2 === 0 ? null : entry.body })),
    )
    expect(verdict).toMatchObject({ intact: true, checked: count, bodiesChecked: count / 2 })
  })

  test('is intact when it is empty', async () => {
    const empty = {
      checkpoints: ledger.checkpoints.slice(0, 1),
      head: { seq: 0, link: toHex(genesisLink(ledger.origin)) },
    }
    expect(await verify([], empty)).toMatchObject({ intact: true, checked: 0, headSeq: 0, checkpointsVerified: 1 })
  })

  test('is intact with sequence numbers as decimal strings, streamed', async () => {
    async function* stream(): AsyncGenerator<LedgerEntry> {
      for (const entry of ledger.entries) yield { ...entry, seq: `${entry.seq}` }
    }
    const told: number[] = []
    const { origin, head } = ledger
    const verdict = await verifyLedger(stream(), { origin, head }, (checked) => void told.push(checked))
    expect(verdict).toMatchObject({ intact: true, checkpointsMatched: 0 })
    expect(told.at(-1)).toBe(count)
  })

  test('is verified in two parts as in one', async () => {
    const { origin, entries } = ledger
    const first = new LedgerVerifier({ origin })
    for (const entry of entries.slice(0, 17)) first.push(entry)
    const from = JSON.parse(JSON.stringify(first.point()))
    const verdict = await verify(entries.slice(17), { from, checkpoints: ledger.checkpoints.slice(2) })
    expect(verdict).toMatchObject({ intact: true, checked: count - 17, headSeq: count, rootHash: ledger.head.rootHash })
    expect(await verify(entries.slice(18), { from, checkpoints: [] })).toMatchObject({ firstBrokenSeq: 18 })
    const spoiled = { ...from, link: toHex(genesisLink('other')) }
    expect(await verify(entries.slice(17), { from: spoiled, checkpoints: [] })).toMatchObject({ firstBrokenSeq: 18 })
    await expect(verify([], { from: { ...from, seq: 16 } })).rejects.toThrow(RangeError)
  })
})

describe('a touched ledger is broken at the entry that was touched', () => {
  const seqs = fc.integer({ min: 1, max: count })

  test('one character of a body', async () => {
    await fc.assert(
      fc.asyncProperty(seqs, fc.nat(), async (seq, pick) => {
        const { body } = ledger.entries[seq - 1]!
        const at = pick % body.length
        const spoiled = body.slice(0, at) + (body[at] === 'x' ? 'y' : 'x') + body.slice(at + 1)
        expect(await verify(changed(seq, { body: spoiled }))).toMatchObject({
          intact: false,
          firstBrokenSeq: seq,
          reason: 'LEAF_MISMATCH',
          checked: seq - 1,
        })
      }),
    )
  })

  test('one character of a leaf, link or previous link, with the body seen or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        seqs,
        fc.constantFrom('leafHash', 'link', 'previousLink'),
        fc.nat({ max: 63 }),
        fc.boolean(),
        async (seq, field, at, seen) => {
          const entry = ledger.entries[seq - 1]!
          const hex = entry[field]
          const spoiled = hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
          const verdict = await verify(changed(seq, { [field]: spoiled, body: seen ? entry.body : null }))
          expect(verdict).toMatchObject({ intact: false, firstBrokenSeq: seq })
        },
      ),
    )
  })

  test('an entry left out, also the last', async () => {
    for (let seq = 1; seq <= count; seq++) {
      const verdict = await verify(ledger.entries.filter((entry) => entry.seq !== seq))
      expect(verdict).toMatchObject({
        intact: false,
        firstBrokenSeq: seq,
        reason: seq === count ? 'TRUNCATED' : 'OUT_OF_SEQUENCE',
      })
    }
  })

  test('an entry doubled or two exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count - 1 }), async (seq) => {
        const doubled = ledger.entries.flatMap((entry) => (entry.seq === seq ? [entry, entry] : [entry]))
        expect(await verify(doubled)).toMatchObject({ reason: 'OUT_OF_SEQUENCE', firstBrokenSeq: seq + 1 })
        const swapped = [...ledger.entries]
        ;[swapped[seq - 1], swapped[seq]] = [swapped[seq]!, swapped[seq - 1]!]
        expect(await verify(swapped)).toMatchObject({ reason: 'OUT_OF_SEQUENCE', firstBrokenSeq: seq })
        // Exchanged and renumbered: the numbers are right, the links are not.
        const renumbered = swapped.map((entry, at) => ({ ...entry, seq: at + 1 }))
        expect(await verify(renumbered)).toMatchObject({ intact: false, firstBrokenSeq: seq })
      }),
      { numRuns: 30 },
    )
  })

  test('an entry appended that the head does not know', async () => {
    const longer = await buildLedger(count + 1)
    expect(await verify(longer.entries)).toMatchObject({ reason: 'HEAD_MISMATCH', firstBrokenSeq: count + 1 })
  })

  test.each<[string, Partial<LedgerEntry>]>([
    ['a number that is no number', { seq: 'seven' }],
    ['a fraction', { seq: 6.5 }],
    ['a leaf in upper case', { leafHash: 'AB'.repeat(32) }],
    ['an empty link', { link: '' }],
  ])('%s', async (_name, change) => {
    expect(await verify(changed(7, change))).toMatchObject({ reason: 'MALFORMED_ENTRY', firstBrokenSeq: 7 })
  })

  test('a label that says something else than the body', async () => {
    for (const change of [{ type: 'action.allowed' }, { id: 'another' }, { occurredAt: '2026-01-01T00:00:00.000Z' }]) {
      expect(await verify(changed(5, change))).toMatchObject({ reason: 'BODY_DISAGREES', firstBrokenSeq: 5 })
    }
  })

  test("another tenant's receipt or no receipt at all, faithfully hashed", async () => {
    const foreign = rewritten(9, testBody(9, 'x', '01900000-0000-7000-8000-0000000000aa'))
    const unsigned = { checkpoints: [], head: { seq: count } }
    expect(await verify(foreign, unsigned)).toMatchObject({ reason: 'BODY_DISAGREES', firstBrokenSeq: 9 })
    expect(await verify(rewritten(9, '{}'), unsigned)).toMatchObject({ reason: 'BAD_BODY', firstBrokenSeq: 9 })
    const tenant = '01900000-0000-7000-8000-0000000000aa'
    expect(await verify(ledger.entries, { tenant })).toMatchObject({ reason: 'BODY_DISAGREES', firstBrokenSeq: 1 })
  })

  test("another log's entries", async () => {
    const other = await buildLedger(3, [], 'log-other')
    expect(await verify(other.entries)).toMatchObject({ reason: 'PREVIOUS_LINK_MISMATCH', firstBrokenSeq: 1 })
  })
})

describe('checkpoints', () => {
  test('catch a history that was rewritten so that every link fits', async () => {
    for (const [seq, range] of [
      [1, [1, 10]],
      [10, [1, 10]],
      [11, [11, 20]],
      [33, [21, 40]],
    ] as const) {
      const entries = rewritten(seq, testBody(seq, 'forged'))
      const head = { seq: count, link: entries.at(-1)!.link, rootHash: rootOf(entries) }
      expect(await verify(entries, { checkpoints: [], head })).toMatchObject({ intact: true })
      expect(await verify(entries, { head })).toMatchObject({
        reason: 'CHECKPOINT_MISMATCH',
        firstBrokenSeq: range[0],
        brokenRange: range,
      })
    }
  })

  test('catch a ledger that ends before what was signed', async () => {
    const entries = ledger.entries.slice(0, 25)
    const verdict = await verify(entries, { head: { seq: 25 } })
    expect(verdict).toMatchObject({ reason: 'TRUNCATED', firstBrokenSeq: 26, brokenRange: [26, 40], checked: 25 })
  })

  test('that go backwards, or show two roots for one size, break the ledger they belong to', async () => {
    const [, ten, twenty, forty] = ledger.checkpoints as [string, string, string, string]
    expect(await verify(ledger.entries, { checkpoints: [ten, forty, twenty] })).toMatchObject({
      reason: 'CHECKPOINT_REWOUND',
      firstBrokenSeq: 21,
      brokenRange: [21, 40],
    })
    const forked = await signCheckpoint({ origin: ledger.origin, size: 20, rootHash: 'ab'.repeat(32) }, ledger.signer)
    expect(await verify(ledger.entries, { checkpoints: [twenty, forked] })).toMatchObject({
      intact: false,
      firstBrokenSeq: 1,
    })
    expect(await verify(ledger.entries, { checkpoints: [ten, ten, twenty] })).toMatchObject({
      intact: true,
      checkpointsVerified: 3,
    })
  })

  test('signed by nobody trusted, or damaged, are no checkpoints', async () => {
    const stranger = testSigner(ledger.origin, 'stranger')
    const strange = await signCheckpoint(
      { origin: ledger.origin, size: 40, rootHash: ledger.head.rootHash },
      stranger.signer,
    )
    for (const bad of [strange, ledger.checkpoints[3]!.replace('\n40\n', '\n39\n'), 'not a note', '']) {
      expect(await verify(ledger.entries, { checkpoints: [bad] })).toMatchObject({
        intact: false,
        reason: 'BAD_CHECKPOINT',
      })
    }
    const both = [ledger.verifier, verifierOf(ledger.origin, stranger.publicKey)]
    expect(await verify(ledger.entries, { checkpoints: [strange], verifiers: both })).toMatchObject({ intact: true })
  })

  test('are compared without their signatures when no key is given, and the verdict says so', async () => {
    const { origin, checkpoints, head } = ledger
    const verdict = await verifyLedger(ledger.entries, { origin, checkpoints, head })
    expect(verdict).toMatchObject({ intact: true, checkpointsMatched: 4, checkpointsVerified: 0 })
  })

  test('that the reader kept hold the ledger to what was seen then', async () => {
    const kept = await signCheckpoint({ origin: ledger.origin, size: 15, rootHash: 'cd'.repeat(32) }, ledger.signer)
    expect(await verify(ledger.entries, { kept: [kept] })).toMatchObject({
      reason: 'CHECKPOINT_MISMATCH',
      firstBrokenSeq: 11,
      brokenRange: [11, 15],
    })
    expect(await verify(ledger.entries, { kept: [ledger.checkpoints[1]!] })).toMatchObject({ intact: true })
  })

  test('a head with another link or root is noticed', async () => {
    const head = { ...ledger.head, link: 'ab'.repeat(32) }
    expect(await verify(ledger.entries, { head })).toMatchObject({ reason: 'HEAD_MISMATCH', firstBrokenSeq: count })
    const root = { ...ledger.head, rootHash: 'ab'.repeat(32) }
    expect(await verify(ledger.entries, { head: root })).toMatchObject({
      reason: 'HEAD_MISMATCH',
      firstBrokenSeq: count,
    })
  })
})

test('a hundred thousand entries take seconds, not minutes', async () => {
  const big = await buildLedger(20_000, [20_000])
  const { origin, checkpoints, verifier, head, entries } = big
  const started = performance.now()
  expect(await verifyLedger(entries, { origin, checkpoints, verifiers: [verifier], head })).toMatchObject({
    intact: true,
  })
  // A fifth of the load in a fifth of a generous bound: about 2 s for 100,000 on two cores.
  expect(performance.now() - started).toBeLessThan(3000)
})
