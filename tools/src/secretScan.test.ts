/** The repository holds no secret; and the scan that says so would have seen one. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scanForSecrets } from './secretScan.ts'

test('no file of the project holds a secret', () => {
  expect(scanForSecrets()).toEqual([])
})

test('the scan finds a planted token and names file and line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-secrets-'))
  try {
    const token = `ghp_${randomBytes(18).toString('hex')}`
    writeFileSync(join(folder, 'settings.json'), `{\n  "token": "${token}"\n}\n`)
    writeFileSync(join(folder, 'harmless.json'), '{}\n')
    const findings = scanForSecrets(['settings.json', 'harmless.json'], folder)
    expect(findings).toMatchObject([{ path: 'settings.json', line: 2 }])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
