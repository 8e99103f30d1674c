/**
 * The README's commands are run as they stand there, on a running platform.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMuster, type Running } from './faults/running.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'muster-readme-'))
let muster: Running

beforeAll(async () => {
  muster = await startMuster(home)
}, 60_000)
afterAll(async () => {
  await muster.stop()
  rmSync(home, { recursive: true, force: true })
  rmSync(join(root, 'ledger.ndjson'), { force: true })
})

/** Blocks marked `<!-- run -->`, with what their output must hold. */
const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/<!-- run -->\s*```sh\n([\s\S]*?)```/g)].map(
  (match) => match[1]!,
)
const says = [/"outcome":"ALLOW".*"token":"mp_/, /intact/]

test('marks as many blocks as there are expectations', () => expect(blocks).toHaveLength(says.length))

test.each(blocks.map((block, index) => [index + 1, block, says[index]!] as const))(
  'block %i does what the README says',
  async (_, block, expected) => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', block], {
      cwd: root,
      env: { ...process.env, MUSTER_HOME: home },
    })
    expect(stdout).toMatch(expected)
  },
  60_000,
)
