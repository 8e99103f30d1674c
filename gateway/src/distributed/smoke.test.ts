/** The distributed form: five services and the gateway, each its own process, over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { inScope, loginRoles } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { createGuard } from '@muster/guard'
import { createIdentity } from '@muster/identity'
import { capabilities, newId, systemClock } from '@muster/kernel'
import { LocalFileProvider } from '@muster/keys'
import { createPassport, fileCheckpointVault } from '@muster/passport'
import type { ServiceDeps } from '@muster/subgraph-kit'
import { createWorkforce } from '@muster/workforce'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../door/log.ts'
import { serviceNames } from './environment.ts'

const children: ChildProcess[] = []
let database: MusterDatabase
let folder: string
let url: string
let tenant: { tenantId: string; origin: string }
let key: string
let agent: { id: string; apiKey: string }
const email = 'lead@northwind.test'
const password = 'a long enough password 7'

/** Starts a program and resolves to the address it says it listens at. */
async function start(path: string, environment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(path, import.meta.url))], {
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  for await (const line of createInterface(child.stdout)) {
    const said = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {}
    if (said.msg === 'listening' && said.url !== undefined) {
      child.stdout.resume() // nobody reads on: a full pipe would stop it
      return said.url
    }
  }
  throw new Error(`\`${path}\` ended before it listened`)
}

beforeAll(async () => {
  database = await startMusterDatabase()
  folder = await mkdtemp(join(tmpdir(), 'muster-distributed-'))
  const rootKey = join(folder, 'root.key')
  const emailKey = Buffer.alloc(32, 9)
  await seed({
    databaseUrl: (role) => database.url(role),
    keyProvider: await LocalFileProvider.open(rootKey),
    emailIndexKey: emailKey,
    clock: systemClock,
    log: openLog('silent'),
  })
  await writeFile(join(folder, 'handover.key'), database.handoverKey.toString('hex'), { mode: 0o600 })
  const environment = {
    MUSTER_ROOT_KEY_FILE: rootKey,
    MUSTER_EMAIL_INDEX_KEY: emailKey.toString('hex'),
    MUSTER_CHECKPOINTS: join(folder, 'checkpoints'),
    ...Object.fromEntries(loginRoles.map((role) => [`MUSTER_DATABASE_URL_${role.toUpperCase()}`, database.url(role)])),
  }
  const addresses: Record<string, string> = {}
  await Promise.all(
    serviceNames.map(async (name) => {
      const path = `../../../services/${name}/src/main.ts`
      addresses[`MUSTER_SUBGRAPH_${name.toUpperCase()}`] = await start(path, environment)
    }),
  )
  url = await start('../main.ts', {
    ...environment,
    ...addresses,
    MUSTER_HANDOVER_KEY_FILE: join(folder, 'handover.key'),
    MUSTER_PUBLIC_URL: 'https://muster.northwind.test',
  })
}, 120_000)

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A company of one team, one agent and one lead, made by the services' own acts. */
async function seed(deps: ServiceDeps): Promise<void> {
  tenant = await database.openTenant('northwind')
  const scope = (): ReturnType<MusterDatabase['scope']> =>
    database.scope(tenant.tenantId, { caps: [...capabilities], kind: 'service' })
  const act = <T>(work: () => Promise<T>): Promise<T> => inScope(scope(), work)
  const identity = await createIdentity(deps)
  const workforce = await createWorkforce(deps)
  const guard = await createGuard(deps)
  const passport = await createPassport({ ...deps, vault: fileCheckpointVault(join(folder, 'checkpoints')) })
  await passport.bootstrapTenant(scope())
  await guard.bootstrapTenant(scope())
  const made = await workforce.execute({
    query:
      'mutation { createOrgUnit(input: { name: "Finance", kind: "team" }) { ... on OrgUnitCreated { orgUnit { id } } } }',
    handovers: scope().handovers,
  })
  const { createOrgUnit } = made.data as { createOrgUnit: { orgUnit: { id: string } } }
  await act(() => identity.addPerson({ email, displayName: 'Lea Lead', password, roles: [{ role: 'ciso' }] }))
  key = (await act(() => identity.createApiKey({ label: 'all', capabilities, trustCeiling: 'TRUSTED_INTERNAL' })))
    .apiKey
  const registered = await act(() =>
    identity.registerAgent({
      slug: 'refund-bot',
      displayName: 'Refund bot',
      ownerEmail: email,
      teamId: createOrgUnit.orgUnit.id,
      grants: [{ tool: 'search' }],
    }),
  )
  agent = { id: registered.agentId, apiKey: registered.apiKey }
  for (const service of [identity, workforce, guard, passport]) await service.close()
}

async function graphql(
  query: string,
  variables: unknown,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return (await answer.json()) as Record<string, unknown>
}

describe('six processes', () => {
  it('are ready together', async () => {
    const ready = await fetch(`${url}/readyz`)
    expect(await ready.json()).toMatchObject({ ready: true, parts: { identity: true, guard: true, workforce: true } })
  })

  it('answer one question between them', async () => {
    const query =
      'query($id: ID!) { agent(id: $id) { slug owner { email } team { name } grants { tool } receipts(first: 1) { nodes { type } } } }'
    expect(await graphql(query, { id: agent.id }, { authorization: `Bearer ${key}` })).toEqual({
      data: {
        agent: {
          slug: 'refund-bot',
          owner: { email },
          team: { name: 'Finance' },
          grants: [{ tool: 'search' }],
          receipts: { nodes: [{ type: expect.any(String) }] },
        },
      },
    })
  })

  it('decide an action on record', async () => {
    const query = `mutation($input: AuthorizeActionInput!) { authorizeAction(input: $input) {
      __typename
      ... on ActionDecided { decision { id outcome receipt { id seq } } }
      ... on Refusal { code message }
    } }`
    const input = { tool: 'search', action: 'query', parameters: { text: 'refunds' }, idempotencyKey: newId() }
    const answer = await graphql(
      query,
      { input },
      { authorization: `Bearer ${agent.apiKey}`, 'x-request-id': 'distributed-1' },
    )
    expect(answer).toMatchObject({ data: { authorizeAction: { __typename: 'ActionDecided' } } })
    const rows = await database.asSuperuser<{ body: string }>(
      "SELECT convert_from(body, 'UTF8') AS body FROM ledger.receipt WHERE type = 'action.decided'",
    )
    expect(rows.some(({ body }) => body.includes('"request":"distributed-1"'))).toBe(true)
  })

  it('sign a person in through identity\u2019s own process', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ email, password }) }
    const answer = await fetch(`${url}/auth/sign-in`, form)
    expect(answer.status).toBe(200)
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
    const session = { cookie, origin: 'https://muster.northwind.test' }
    expect(await graphql('{ me { email } }', {}, session)).toEqual({ data: { me: { email } } })
    expect((await fetch(`${url}/auth/sign-out`, { method: 'POST', headers: session })).status).toBe(204)
    const wrong = { method: 'POST', body: new URLSearchParams({ email, password: 'wrong' }) }
    expect((await fetch(`${url}/auth/sign-in`, wrong)).status).toBe(401)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age')
  })

  it('serve a ledger\u2019s key history and export through the passport\u2019s own process', async () => {
    const hex = tenant.origin.slice('muster.log/'.length)
    const trust = await fetch(`${url}/.well-known/muster-trust/${hex}.json`)
    expect(await trust.json()).toMatchObject({ origin: tenant.origin })
    const headers = { authorization: `Bearer ${key}` }
    const exported = await fetch(`${url}/ledger/${hex}/export`, { headers })
    expect((await exported.text()).split('\n')[0]).toContain(tenant.origin)
  })

  it('leave in order when they are told to', async () => {
    const codes = await Promise.all(
      children.map((child) => {
        const left = new Promise<number | null>((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        return left
      }),
    )
    expect(codes).toEqual(children.map(() => 0))
  })
})
