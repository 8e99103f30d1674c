/** Lines of an export are read back as they were written, or refused. */
import { beforeAll, describe, expect, test } from 'vitest'
import { buildLedger, exportText, type TestLedger } from '../testing/buildLedger.ts'
import { BadExportLine, parseExportLine, readEntry, writeEntryLine } from './exportLines.ts'

let ledger: TestLedger
let lines: string[]

beforeAll(async () => {
  ledger = await buildLedger(3, [3])
  lines = exportText(ledger).split('\n').slice(0, -1)
})

describe('the export file', () => {
  test('is a header, the entries and the checkpoints, one a line', () => {
    expect(lines.map((line) => parseExportLine(line).kind)).toEqual(['header', 'entry', 'entry', 'entry', 'checkpoint'])
    expect(parseExportLine(lines[0]!)).toMatchObject({
      header: { origin: ledger.origin, tenant: ledger.tenant, head: ledger.head },
    })
    expect(parseExportLine(lines[2]!)).toMatchObject({ entry: ledger.entries[1]! })
    expect(parseExportLine(lines[4]!)).toEqual({ kind: 'checkpoint', note: ledger.checkpoints[0] })
  })

  test('carries a point to go on from', () => {
    const from = { seq: 4, link: 'ab'.repeat(32), frontier: { size: 4, hashes: ['cd'.repeat(32)] } }
    const header = { ...JSON.parse(lines[0]!), from }
    expect(parseExportLine(JSON.stringify(header))).toMatchObject({ header: { from } })
    expect(() => parseExportLine(JSON.stringify({ ...header, from: { seq: 4 } }))).toThrow(BadExportLine)
  })

  test.each([
    '',
    '[]',
    'null',
    '{}',
    '{"checkpoint":1}',
    '{"format":"muster-ledger/v2"}',
    '{"format":"muster-ledger/v1"}',
    '{"format":"muster-ledger/v1","origin":"o","tenant":"t","keys":{},"head":{"seq":1}}',
    '{"format":"muster-ledger/v1","origin":"o","tenant":"t","keys":[{}],"head":{"seq":1}}',
    '{"format":"muster-ledger/v1","origin":"o","tenant":"t","keys":[],"head":{}}',
    '{"seq":1,"seq":2}',
  ])('refuses the line %s', (line) => {
    expect(() => parseExportLine(line)).toThrow(BadExportLine)
  })

  test('refuses an entry with a field of another name, or without its body', () => {
    const line = writeEntryLine(ledger.entries[0]!).trimEnd()
    expect(() => parseExportLine(line.replace('"type"', '"typo"'))).toThrow(BadExportLine)
    expect(() => parseExportLine(line.replace('"body"', '"bodi"'))).toThrow(BadExportLine)
    expect(() => parseExportLine(line.replace(/"body":".*?[^\\]"/, '"body":1'))).toThrow(BadExportLine)
    const { body: _, ...withheld } = ledger.entries[0]!
    expect(() => parseExportLine(JSON.stringify(withheld))).toThrow(BadExportLine)
    expect(readEntry({ ...withheld, __typename: 'LedgerEntry' })).toMatchObject({ body: null, seq: 1 })
  })
})
