/** The distributed form: the same service, as a process of its own, over HTTP. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startMusterDatabase } from '@muster/db/testing'
import { capabilities } from '@muster/kernel'
import { handoverHeader } from '@muster/subgraph-kit'

test('serves over HTTP what it serves in process, and leaves when told to', async () => {
  const database = await startMusterDatabase()
  const home = mkdtempSync(join(tmpdir(), 'muster-workforce-main-'))
  const { tenantId } = await database.openTenant('northwind')
  const service = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      MUSTER_DATABASE_URL_MUSTER_WORKFORCE: database.url('muster_workforce'),
      MUSTER_ROOT_KEY_FILE: join(home, 'root.key'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const left = new Promise<number | null>((resolve) => service.once('exit', resolve))
  try {
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    const { url } = JSON.parse(String((await lines.next()).value)) as { url: string }
    const { handovers } = database.scope(tenantId, { caps: capabilities })
    const body = {
      query: 'mutation ($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { __typename } }',
      variables: { input: { name: 'Finance', kind: 'team' } },
    }
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    expect((await ask({})).status).toBe(401)
    const answer = await ask({ [handoverHeader]: JSON.stringify(handovers) })
    expect(await answer.json()).toEqual({ data: { createOrgUnit: { __typename: 'OrgUnitCreated' } } })
    service.kill('SIGTERM')
    expect(await left).toBe(0)
  } finally {
    service.kill('SIGKILL')
    await database.stop()
    rmSync(home, { recursive: true, force: true })
  }
})
