/** An exported ledger verifies offline, and any change to it is found and named. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatVerifierKey, toHex } from '@muster/ledger'
import { buildLedger, exportText, testSigner, type TestLedger } from '@muster/ledger/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CannotAsk } from '../command.ts'
import { describeVerdict } from './describeVerdict.ts'
import { verifyFile, type VerifyReport, type VerifyRequest } from './verifyFile.ts'

const count = 12
let folder: string
let ledger: TestLedger
let text: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-verify-'))
  ledger = await buildLedger(count, [5, 12])
  text = exportText(ledger)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function file(content: string | Uint8Array): string {
  const path = join(folder, `file-${files++}`)
  writeFileSync(path, content)
  return path
}

function verify(content: string | Uint8Array, request: Partial<VerifyRequest> = {}): Promise<VerifyReport> {
  return verifyFile(file(content), { keys: [], trustFile: null, checkpointFiles: [], onProgress: () => {}, ...request })
}

function graphqlAnswer(nodes: readonly unknown[] = ledger.entries): string {
  const ledgerHead = {
    ...ledger.head,
    seq: `${ledger.head.seq}`,
    origin: ledger.origin,
    checkpoint: ledger.checkpoints.at(-1),
  }
  return JSON.stringify({ data: { ledger: { nodes, pageInfo: { hasNextPage: false } }, ledgerHead } }, null, 2)
}

describe('an exported ledger', () => {
  test('is intact as it was written', async () => {
    const report = await verify(text)
    expect(report).toMatchObject({ origin: ledger.origin, tenant: ledger.tenant, keysFrom: 'the file itself' })
    expect(report.verdict).toMatchObject({ intact: true, checked: count, checkpointsVerified: 2 })
    expect(describeVerdict(report).split('\n').at(-1)).toBe('intact')
  })

  test('is broken by a changed byte in any entry, at that entry', async () => {
    const lines = text.split('\n')
    const bytes = Buffer.from(text, 'utf8')
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: count }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (seq, pick, change) => {
          const start = Buffer.byteLength(lines.slice(0, seq).join('\n')) + 1
          const at = start + (pick % Buffer.byteLength(lines[seq]!))
          const spoiled = Buffer.from(bytes)
          spoiled[at]! ^= change
          const { verdict } = await verify(spoiled)
          expect(verdict).toMatchObject({ intact: false, firstBrokenSeq: seq, checked: seq - 1 })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('is broken by a changed byte in any checkpoint', async () => {
    const bytes = Buffer.from(text, 'utf8')
    const start = Buffer.byteLength(text.slice(0, text.indexOf('{"checkpoint"')))
    for (let at = start; at < bytes.length - 1; at++) {
      const spoiled = Buffer.from(bytes)
      spoiled[at]! ^= 1
      const { verdict } = await verify(spoiled)
      expect(verdict.intact, `byte ${at}`).toBe(false)
    }
  })

  test('is broken where it was cut off', async () => {
    const lines = text.split('\n')
    for (let kept = 1; kept <= count; kept++) {
      const { verdict } = await verify(`${lines.slice(0, kept).join('\n')}\n`)
      expect(verdict).toMatchObject({ intact: false, reason: 'TRUNCATED', firstBrokenSeq: kept, checked: kept - 1 })
    }
  })

  test('may hold its checkpoints between its entries, and need not end with a newline', async () => {
    const lines = text.trimEnd().split('\n')
    const moved = [...lines.slice(0, 6), lines[13], ...lines.slice(6, 13), lines[14]].join('\n')
    expect((await verify(moved)).verdict).toMatchObject({ intact: true, checkpointsVerified: 2 })
  })

  test('that has another header inside, or another origin or tenant in front, is broken', async () => {
    const lines = text.split('\n')
    expect((await verify([lines[0], ...lines].join('\n'))).verdict).toMatchObject({ intact: false, firstBrokenSeq: 1 })
    expect((await verify(text.replace(ledger.origin, 'log-000000'))).verdict).toMatchObject({
      intact: false,
      firstBrokenSeq: 1,
    })
    const tenant = ledger.tenant.replace('c0de', 'c0df')
    expect((await verify(text.replace(`"tenant":"${ledger.tenant}"`, `"tenant":"${tenant}"`))).verdict).toMatchObject({
      intact: false,
      firstBrokenSeq: 1,
    })
  })
})

describe('whose signatures count', () => {
  const stranger = testSigner('log-2f6c1d', 'stranger')

  test('keys that the reader pins replace those in the file', async () => {
    const vkey = formatVerifierKey(ledger.origin, ledger.publicKey)
    for (const key of [vkey, toHex(ledger.publicKey), Buffer.from(ledger.publicKey).toString('base64')]) {
      const report = await verify(text, { keys: [key] })
      expect(report).toMatchObject({ keysFrom: 'pinned', verdict: { intact: true, checkpointsVerified: 2 } })
    }
    const wrong = await verify(text, { keys: [toHex(stranger.publicKey)] })
    expect(wrong.verdict).toMatchObject({ intact: false, reason: 'BAD_CHECKPOINT' })
  })

  test('a trust document replaces them too, and must be of this ledger', async () => {
    const key = {
      kid: 'k1',
      publicKey: toHex(ledger.publicKey),
      state: 'retired',
      from: '2026-01-01T00:00:00.000Z',
      to: null,
    }
    const trustFile = file(JSON.stringify({ origin: ledger.origin, keys: [key] }))
    expect(await verify(text, { trustFile })).toMatchObject({ keysFrom: 'trust file', verdict: { intact: true } })
    const other = file(JSON.stringify({ origin: 'other', keys: [key] }))
    await expect(verify(text, { trustFile: other })).rejects.toThrow(CannotAsk)
  })

  test('a trust document as the server publishes it is understood, and only its ledger keys count', async () => {
    const x = Buffer.from(ledger.publicKey).toString('base64url')
    const served = (use: string): string =>
      file(
        JSON.stringify({
          schema: 'muster/trust/v1',
          origin: ledger.origin,
          keys: [
            {
              kid: 'k1',
              use,
              alg: 'EdDSA',
              state: 'active',
              jwk: { kty: 'OKP', crv: 'Ed25519', x },
              notBefore: '2026-01-01T00:00:00.000Z',
              signedUntil: null,
              retiredAt: null,
            },
          ],
        }),
      )
    expect(await verify(text, { trustFile: served('ledger') })).toMatchObject({ verdict: { intact: true } })
    expect((await verify(text, { trustFile: served('issuer') })).verdict.intact).toBe(false)
  })

  test('a checkpoint the reader kept must be contained', async () => {
    const kept = file(ledger.checkpoints[0]!)
    expect((await verify(text, { checkpointFiles: [kept] })).verdict).toMatchObject({
      intact: true,
      checkpointsVerified: 3,
    })
    const longer = await buildLedger(20, [20])
    const ahead = file(longer.checkpoints[0]!)
    expect((await verify(text, { checkpointFiles: [ahead] })).verdict).toMatchObject({
      reason: 'TRUNCATED',
      firstBrokenSeq: 13,
    })
  })

  test('with no key at all the report says that signatures were not checked', async () => {
    const report = await verify(graphqlAnswer())
    expect(report).toMatchObject({
      keysFrom: 'none',
      verdict: { intact: true, checkpointsMatched: 1, checkpointsVerified: 0 },
    })
    expect(describeVerdict(report)).toContain('signatures were not checked')
  })
})

describe('the answer of the queries `ledger` and `ledgerHead`', () => {
  test('is intact as it came, with or without `data` around it', async () => {
    expect((await verify(graphqlAnswer(), { keys: [toHex(ledger.publicKey)] })).verdict).toMatchObject({
      intact: true,
      checkpointsVerified: 1,
    })
    const bare = JSON.stringify(JSON.parse(graphqlAnswer()).data)
    expect((await verify(bare)).verdict).toMatchObject({ intact: true, checked: count })
  })

  test('is broken at the entry that was touched, or where a page is missing', async () => {
    const touched = ledger.entries.map((entry) => (entry.seq === 4 ? { ...entry, body: '{}' } : entry))
    expect((await verify(graphqlAnswer(touched))).verdict).toMatchObject({ firstBrokenSeq: 4, reason: 'LEAF_MISMATCH' })
    expect((await verify(graphqlAnswer(ledger.entries.slice(0, 7)))).verdict).toMatchObject({
      firstBrokenSeq: 8,
      reason: 'TRUNCATED',
    })
    expect((await verify(graphqlAnswer([null]))).verdict).toMatchObject({
      firstBrokenSeq: 1,
      reason: 'MALFORMED_ENTRY',
    })
  })
})

describe('a file that is no ledger is not called broken', () => {
  test.each([
    '',
    'hello',
    '[]',
    '{}',
    '{"data":null}',
    '{"ledger":{"nodes":[]}}',
    '{"format":"muster-ledger/v9"}',
    '\u00ff',
  ])('%j cannot be asked', async (content) => {
    await expect(verify(content)).rejects.toThrow(CannotAsk)
  })

  test('nor one that is not there, or is a folder', async () => {
    const request = { keys: [], trustFile: null, checkpointFiles: [], onProgress: () => {} }
    await expect(verifyFile(join(folder, 'absent'), request)).rejects.toThrow(CannotAsk)
    await expect(verifyFile(folder, request)).rejects.toThrow(CannotAsk)
    await expect(verify(text, { keys: ['nonsense'] })).rejects.toThrow(CannotAsk)
    await expect(verify(text, { trustFile: join(folder, 'absent') })).rejects.toThrow(CannotAsk)
    await expect(verify(text, { checkpointFiles: [file('no note')] })).rejects.toThrow(CannotAsk)
  })
})

describe('the command', () => {
  const muster = fileURLToPath(new URL('../../bin/muster.mjs', import.meta.url))
  const run = (...args: string[]) => spawnSync(process.execPath, [muster, ...args], { encoding: 'utf8' })

  test('exits 0 for an intact ledger, 1 for a broken one naming the entry, 2 when it cannot tell', () => {
    expect(run('verify', file(text))).toMatchObject({ status: 0, stdout: expect.stringMatching(/intact\n$/) })
    const broken = run('verify', file(text.replace('req-7', 'req-8')))
    expect(broken).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/broken at entry 7: .* \[LEAF_MISMATCH\]\n$/),
    })
    const unreadable = run('verify', join(folder, 'absent'))
    expect(unreadable).toMatchObject({ status: 2, stdout: '' })
    expect(unreadable.stderr).toMatch(/^muster: `.*absent` cannot be read: ENOENT\n$/)
    expect(run('verify').status).toBe(2)
    expect(run('nonsense').status).toBe(2)
    expect(run('--help').status).toBe(0)
  })

  test('prints the verdict as JSON when asked', () => {
    const output = execFileSync(process.execPath, [muster, 'verify', '--json', file(text)], { encoding: 'utf8' })
    expect(JSON.parse(output)).toMatchObject({ origin: ledger.origin, verdict: { intact: true, headSeq: count } })
  })
})
