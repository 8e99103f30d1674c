/**
 * The demo's own OpenID provider, so that single sign-on can be tried at once:
 * a real one (`oidc-provider`) on this machine, with the demo's people as its
 * accounts and their demo passwords.
 *
 * Only the embedded form with a demo has it. It listens on 127.0.0.1 while the
 * console is at `localhost`: cookies belong to a host, whatever the port.
 */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { textsEqual } from '@muster/keys'
import Provider from 'oidc-provider'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import { loginPage } from './demoLoginPage.ts'

export interface DemoProvider {
  readonly issuer: string
  /** The client of one tenant. */
  client(tenantSlug: string): { id: string; secret: string }
  stop(): Promise<void>
}

interface Options {
  /** Where the console is. */
  musterUrl: string
  /** Listened to when it is free, any other else: the issuer's name holds it. 0 = any. */
  port: number
  /** Kept in the home: client secrets and cookies outlive a start. */
  secret: Buffer
  tenants: readonly SeededTenant[]
}

const host = '127.0.0.1'
const formBytesMax = 8_192

export async function startDemoProvider({ musterUrl, port, secret, tenants }: Options): Promise<DemoProvider> {
  const users = new Map(tenants.flatMap(({ users: all }) => all.map((user) => [user.email, user] as const)))
  const derive = (what: string): string => createHmac('sha256', secret).update(what).digest('base64url')
  const client = (slug: string): { id: string; secret: string } => ({ id: `muster-${slug}`, secret: derive(slug) })

  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end()
  const server = createServer((request, response) => answer(request, response))
  const issuer = `http://${host}:${await listen(server, port)}`

  const provider = new Provider(issuer, {
    clients: tenants.map(({ slug }) => ({
      client_id: client(slug).id,
      client_secret: client(slug).secret,
      client_name: 'Muster',
      redirect_uris: [`${musterUrl}/auth/sso/callback`],
      post_logout_redirect_uris: [`${musterUrl}/sign-in`],
      backchannel_logout_uri: `${musterUrl}/auth/sso/backchannel-logout`,
      backchannel_logout_session_required: true,
    })),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // The ID token says who it is: nobody has to ask a second time.
    conformIdTokenClaims: false,
    cookies: { keys: [derive('cookies')] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Grant: 3_600, Session: 12 * 3_600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) =>
      users.has(id) && {
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: true, name: nameOf(id) }),
      },
    // One's own company asks nobody for consent.
    async loadExistingGrant(context: { oidc: Consenting }) {
      const { client: asking, session } = context.oidc
      const grant = new provider.Grant({ accountId: session.accountId, clientId: asking.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })

  async function interaction(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uid, params } = await provider.interactionDetails(request, response)
    const hint = typeof params['login_hint'] === 'string' ? params['login_hint'] : ''
    if (request.method !== 'POST') return loginPage(response, { uid, email: hint, isRefused: false })
    const form = await formOf(request)
    const email = (form.get('email') ?? '').trim().toLowerCase()
    const known = users.get(email)
    if (known === undefined || !textsEqual(known.password, form.get('password') ?? '')) {
      return loginPage(response, { uid, email, isRefused: true })
    }
    await provider.interactionFinished(request, response, { login: { accountId: email } })
  }

  const protocol = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return protocol(request, response)
    return void interaction(request, response).catch(() => response.writeHead(400).end('this sign-in is over'))
  }
  return {
    issuer,
    client,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Consenting {
  client: { clientId: string }
  session: { accountId: string }
}

/** `ana.analyst@…` is Ana. */
function nameOf(email: string): string {
  const first = email.split(/[.@]/)[0] ?? email
  return first.charAt(0).toUpperCase() + first.slice(1)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (port !== 0 && error.code === 'EADDRINUSE') listen(server, 0).then(resolve, reject)
      else reject(error)
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > formBytesMax) throw new Error('the form is too large')
  }
  return new URLSearchParams(text)
}
