/** Looking outside: what is found, and what is never reached. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDnsServer, type DnsServer } from '../testing/dnsServer.ts'
import { startWebServer, type WebServer } from '../testing/webServer.ts'
import { isPublicAddress, openProofSources, type ProofSources } from './proofSources.ts'
import { wellKnownPath } from './verification.ts'

let dns: DnsServer
let web: WebServer
/** Allowed to dial the test's own web server. */
let near: ProofSources
/** As it is shipped, but for the name server and the port. */
let shipped: ProofSources

beforeAll(async () => {
  dns = await startDnsServer()
  web = await startWebServer(['bots.example', 'mixed.example'])
  const asked = { dnsServers: [dns.address], port: web.port, ca: web.ca }
  near = openProofSources({ ...asked, mayDial: (address) => address === '127.0.0.1' })
  shipped = openProofSources(asked)
  dns.put('A', 'bots.example', '127.0.0.1')
  dns.put('A', 'mixed.example', '127.0.0.1')
  dns.put('A', 'mixed.example', '93.184.215.14')
  dns.put('A', 'other.example', '127.0.0.1')
  dns.put('TXT', '_muster-agent.bots.example', 'muster-agent=one')
  dns.put('TXT', '_muster-agent.bots.example', 'v=something else')
})
afterAll(async () => {
  await Promise.all([near?.close(), shipped?.close(), web?.stop(), dns?.stop()])
})
beforeEach(() => web.answer((_, response) => response.end('{"tokens":["one"]}')))

test('every TXT record under the name is found whole, and none under another', async () => {
  expect((await near.records('bots.example')).toSorted()).toEqual(['muster-agent=one', 'v=something else'])
  expect(await near.records('nobody.example')).toEqual([])
  expect(dns.asked('_muster-agent.nobody.example')).toBeGreaterThan(0)
})

test('the file is found at its path over HTTPS', async () => {
  let path = ''
  web.answer((request, response) => {
    path = request.url ?? ''
    response.end('{"tokens":["one"]}')
  })
  expect(await near.file('bots.example')).toBe('{"tokens":["one"]}')
  expect(path).toBe(wellKnownPath)
})

test.each([
  ['a redirect', 302, ''],
  ['an error', 500, '{"tokens":["one"]}'],
  ['no such file', 404, ''],
  ['far too much', 200, 'x'.repeat(16 * 1024 + 1)],
])('%s is no file', async (_, status, body) => {
  web.answer((__, response) => response.writeHead(status, { location: '/elsewhere' }).end(body))
  expect(await near.file('bots.example')).toBeNull()
})

test('a certificate for another name is no proof of this one', async () => {
  const before = web.connections()
  expect(await near.file('other.example')).toBeNull()
  expect(web.connections()).toBe(before + 1)
})

test('nothing inside is dialled, not even where a name has a public address as well', async () => {
  const before = web.connections()
  expect(await shipped.file('bots.example')).toBeNull()
  expect(await shipped.file('mixed.example')).toBeNull()
  expect(await near.file('mixed.example')).toBeNull()
  expect(dns.asked('bots.example')).toBeGreaterThan(0)
  expect(web.connections()).toBe(before)
})

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'ff02::1',
  'localhost',
])('%s is no public address', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test('an address of the internet is', () => {
  for (const address of ['93.184.215.14', '2606:4700::6810:1', '::ffff:93.184.215.14'])
    expect(isPublicAddress(address)).toBe(true)
})
