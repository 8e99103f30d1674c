/**
 * Nothing that was said in confidence can be read from the disk: not from the
 * database's files, its log, ours, or a checkpoint, in any spelling.
 *
 * INVARIANT (the scan works): a text that is kept in clear is found by the same scan.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMuster } from '../faults/running.ts'
import { act, ask, read, signIn } from './door.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-canary-'))
/** In every planted text: one needle finds them all. */
const mark = `kanari${randomBytes(6).toString('hex')}`
const plant = (where: string): string => `${mark} ${where}`
/** Kept in clear on purpose: lists of agents are searched by name. */
const inClear = `Klartext ${randomBytes(6).toString('hex')}`
/** Secrets the product made up, by what they are. */
const secrets = new Map<string, string>()

/** Where a text may stand on purpose: how to sign in to the demo, and the folders of the secrets themselves. */
const ownPlaces = ['demo.json', 'keys/', 'secrets/']
interface File {
  name: string
  bytes: Buffer
}
let files: File[]

beforeAll(async () => {
  const muster = await startMuster(home)
  const tenant = muster.tenants[0]!
  const { admin } = tenant.apiKeys
  const mutate = <T extends object>(field: string, selection: string, input: object, bearer = admin): Promise<T> =>
    act<T>(muster, bearer, field, selection, input)
  const { orgUnits } = await read<{ orgUnits: { id: string; name: string }[] }>(
    muster,
    admin,
    '{ orgUnits { id name } }',
  )
  const teamId = orgUnits.find(({ name }) => name === 'payments-platform')!.id

  const email = `${mark}@people.example`
  const password = plant('password')
  const { person } = await mutate<{ person: { id: string } }>('addPerson', '... on PersonAdded { person { id } }', {
    email,
    displayName: plant('display name'),
    roles: [{ role: 'approver' }],
    password,
  })
  await mutate('changePerson', '... on PersonChanged { person { id } }', {
    personId: person.id,
    displayName: plant('other display name'),
  })
  const token = await signIn(muster, email, password)
  secrets.set('access token', token)
  await muster.post('/auth/token', JSON.stringify({ email, password: plant('wrong password') }))
  await muster.post('/auth/token', JSON.stringify({ email: `nobody-${email}`, password }))

  const register = (
    slug: string,
    displayName: string,
    riskTier: string,
  ): Promise<{ agent: { id: string }; apiKey: string }> =>
    mutate('registerAgent', '... on AgentRegistered { agent { id } apiKey }', {
      slug,
      displayName,
      ownerEmail: 'olga.owner@northwind.example',
      teamId,
      riskTier,
      grants: [{ tool: 'payments.refund' }],
    })
  const steady = await register('canary-steady', inClear, 'LOW')
  const careful = await register('canary-careful', `${inClear} too`, 'HIGH')
  secrets.set('agent API key', steady.apiKey)
  const made = await mutate<{ apiKey: string }>('createApiKey', '... on ApiKeyCreated { apiKey }', {
    label: 'canary',
    capabilities: ['agents:read'],
  })
  secrets.set('API key', made.apiKey)
  await ask(muster, made.apiKey, '{ me { id } }')

  const what = {
    tool: 'payments.refund',
    action: 'create',
    resource: plant('resource'),
    destination: plant('destination'),
    parameters: { note: plant('parameter'), [plant('key')]: 1 },
  }
  const decide = (
    agentId: string,
  ): Promise<{
    permit: { token: string } | null
    approval: { id: string; actionHash: string } | null
  }> =>
    mutate('authorizeAction', '... on ActionDecided { permit { token } approval { id actionHash } }', {
      agentId,
      ...what,
      sourceTrust: 'TRUSTED_INTERNAL',
    })
  const allowed = await decide(steady.agent.id)
  secrets.set('permit', allowed.permit!.token)
  await mutate('redeemPermit', '... on PermitRedeemed { execution { id } }', { permit: allowed.permit!.token, ...what })
  const held = await decide(careful.agent.id)
  await mutate(
    'decideApproval',
    '... on ApprovalDecided { approval { id } }',
    {
      approvalId: held.approval!.id,
      actionHash: held.approval!.actionHash,
      verdict: 'REJECT',
      reason: plant('reject reason'),
    },
    token,
  )
  for (const [field, reason] of [
    ['freezeAgent', 'freeze reason'],
    ['reinstateAgent', 'reinstate reason'],
    ['quarantineAgent', 'quarantine reason'],
  ] as const)
    await mutate(field, '... on AgentStatusChanged { agent { id } }', {
      agentId: careful.agent.id,
      reason: plant(reason),
    })
  await mutate('ingestEvents', '... on EventsIngested { accepted }', {
    events: [
      {
        eventId: 'canary',
        agentId: steady.agent.id,
        sourceType: 'PLATFORM',
        eventType: 'task.completed',
        occurredAt: new Date().toISOString(),
        payload: { note: plant('event payload') },
      },
    ],
  })
  // What is refused is not to be read in the logs either.
  await ask(muster, admin, `{ agent(id: "${plant('literal')}") { nothing } }`)
  await ask(muster, admin, `{ "${plant('syntax')}`)
  await muster.post('/graphql', `{"query":"${plant('broken body')}`, { authorization: `Bearer ${plant('bearer')}` })
  await muster.post(`/nowhere/${mark}`, '{}')

  expect(await muster.stop()).toBe(0)
  files = filesBelow(home)
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

function filesBelow(folder: string): File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(home, path), bytes: readFileSync(path) }))
    .filter(({ name }) => !ownPlaces.some((place) => name.startsWith(place)))
}

/** The ways in which bytes may stand in a file: as they are, UTF-16, hex in either case, and base64 wherever they begin. */
function spellings(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex')
  const inner = [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
    // The first and last groups hold neighbours' bits: only what lies between is certain.
    const begin = shift === 0 ? 0 : 4
    const end = Math.floor(padded.length / 3) * 4
    return [padded.toString('base64').slice(begin, end), padded.toString('base64url').slice(begin, end)]
  })
  return [
    bytes,
    Buffer.from(bytes.toString('latin1'), 'utf16le'),
    ...[hex, hex.toUpperCase(), ...inner].map((text) => Buffer.from(text)),
  ]
}

/** Files in which `needle` stands in any spelling, with what is around it. */
function found(needle: Buffer): string[] {
  const forms = [...new Map(spellings(needle).map((form) => [form.toString('latin1'), form])).values()]
  return files.flatMap(({ name, bytes }) =>
    forms.flatMap((form) => {
      const place = bytes.indexOf(form)
      return place < 0 ? [] : [`${name}: ${bytes.toString('latin1', Math.max(0, place - 60), place + 90)}`]
    }),
  )
}

test('what is kept in clear is found: in the tables, and in the write-ahead log', () => {
  const places = found(Buffer.from(inClear))
  expect(places.some((place) => place.startsWith('pg/data/base/'))).toBe(true)
  expect(places.some((place) => place.startsWith('pg/data/pg_wal/'))).toBe(true)
  expect(files.some(({ name, bytes }) => name === 'log/muster.log' && bytes.length > 0)).toBe(true)
  expect(files.some(({ name }) => name.startsWith('checkpoints/'))).toBe(true)
})

test('every spelling is one the scan would find', () => {
  const forms = spellings(Buffer.from(mark))
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.from('x'.repeat(shift)), Buffer.from(plant('here'))]).toString('base64')
    expect(forms.some((form) => text.includes(form.toString('latin1')))).toBe(true)
  }
})

test('no text that was said in confidence is found', () => {
  expect(found(Buffer.from(mark))).toEqual([])
})

test('no key, token or permit is found', () => {
  for (const [what, secret] of secrets) {
    // Its last part is the secret: what stands before names it.
    expect(found(Buffer.from(secret.slice(-32))), what).toEqual([])
  }
})

test('no root key, password or secret file is found outside its folder', () => {
  const kept = ['keys', 'secrets'].flatMap((folder) =>
    readdirSync(join(home, folder)).map((name) => ({
      name: `${folder}/${name}`,
      text: readFileSync(join(home, folder, name), 'utf8'),
    })),
  )
  expect(kept.map(({ name }) => name)).toContain('keys/root.key')
  const seen: string[] = []
  for (const { name, text } of kept) {
    for (const [word] of text.matchAll(/[A-Za-z0-9_+/-]{40,}/g)) {
      seen.push(name)
      expect(found(Buffer.from(word)), name).toEqual([])
      const raw = /^[0-9a-f]+$/.test(word) ? Buffer.from(word, 'hex') : Buffer.from(word, 'base64url')
      expect(found(raw), name).toEqual([])
    }
  }
  expect(new Set(seen)).toContain('keys/root.key')
})
