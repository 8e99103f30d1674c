/** Single sign-on works in the demo as it was started, from the first page to the provider and back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '@muster/kernel'
import { startPlatform, type Platform } from './platform.ts'

let home: string
let platform: Platform
let email: string
let password: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'muster-sso-'))
  platform = await startPlatform({ home, port: 0, clock: systemClock, onProgress: () => {} })
  const user = platform.demo.tenants[0]!.users[0]!
  email = user.email
  password = user.password
}, 120_000)
afterAll(async () => {
  await platform?.stop()
  rmSync(home, { recursive: true, force: true })
})

/** A browser of a few lines: cookies by host, redirects one at a time. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  async function go(address: string, form?: Record<string, string>): Promise<Response> {
    const { host } = new URL(address)
    const jar = jars.get(host) ?? new Map<string, string>()
    jars.set(host, jar)
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value === '') jar.delete(name!)
      else jar.set(name!, value!)
    }
    return answer
  }
  /** Follows redirects to the first page; answers it and its address. */
  async function walk(address: string, form?: Record<string, string>): Promise<{ at: string; answer: Response }> {
    let [at, answer] = [address, await go(address, form)]
    while (answer.status >= 300 && answer.status < 400) {
      at = new URL(answer.headers.get('location')!, at).href
      answer = await go(at)
    }
    return { at, answer }
  }
  return { go, walk }
}

const start = (query: Record<string, string>): string =>
  `${platform.url}/auth/sso/start?${new URLSearchParams(query).toString()}`

describe('single sign-on in the demo', () => {
  it('leads to the provider and back to the page that was asked for, signed in', async () => {
    const { go, walk } = browser()
    const page = await walk(start({ email, next: '/agents?view=mine' }))
    expect(page.at).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/interaction\//)
    expect(await page.answer.text()).toContain(email)
    const back = await walk(page.at, { email, password })
    expect(back.at).toBe(`${platform.url}/agents?view=mine`)
    const session = await go(`${platform.url}/auth/session`)
    expect(session.status).toBe(200)
    expect(await session.json()).toMatchObject({ kind: 'person', tenant: platform.demo.tenants[0]!.id })
  })

  it('asks for the demo password, and takes no other', async () => {
    const { walk } = browser()
    const page = await walk(start({ email }))
    const again = await walk(page.at, { email, password: 'another one' })
    expect(await again.answer.text()).toContain('do not belong together')
  })

  it('answers an address nobody has a provider for, and one without an account, before anything is looked up', async () => {
    const { go } = browser()
    const nowhere = await go(start({ email: 'somebody@nowhere.example' }))
    expect([nowhere.status, nowhere.headers.get('location')]).toEqual([303, '/sign-in?sso=unavailable'])
    const unknown = await go(start({ email: `nobody.at.all@${email.split('@')[1]}` }))
    const known = await go(start({ email }))
    const doorOf = (answer: Response): string => new URL(answer.headers.get('location')!).origin
    expect([unknown.status, doorOf(unknown)]).toEqual([known.status, doorOf(known)])
  })

  it('lets nobody back in without their own transaction, and leads nowhere else', async () => {
    const { go, walk } = browser()
    const foreign = await go(`${platform.url}/auth/sso/callback?code=x&state=y`)
    expect(foreign.headers.get('location')).toBe('/sign-in?sso=refused')
    const page = await walk(start({ email, next: '//evil.example/' }))
    const back = await walk(page.at, { email, password })
    expect(new URL(back.at).origin).toBe(platform.url)
  })
})
