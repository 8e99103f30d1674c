/**
 * Who acts in the history: agents with their own keys, people with sessions of
 * their own, the integrator's key. Each with exactly the claims the gateway
 * would hand over for that credential.
 */
import { inScope, type RequestScope } from '@muster/db'
import { accessOf, capabilities, type Capability } from '@muster/kernel'
import type { Company, SeededAgent } from '../parts.ts'

/** What an agent's key may do (services/identity, apiKeys/keyRights.ts), as far as the history uses it. */
const agentCapabilities = [
  'agents:read',
  'actions:authorize',
  'actions:redeem',
  'approvals:read',
] satisfies Capability[]

export function asAgent({ parts, tenant }: Company, agent: SeededAgent): RequestScope {
  return parts.scope(tenant.id, {
    sub: agent.id,
    kind: 'agent',
    cred: agent.keyId,
    agent: agent.id,
    caps: agentCapabilities,
    all: false,
  })
}

/** The integrator's key: what the platform around the agents reports with. */
export function asIntegrator({ parts, tenant, keyIds }: Company): RequestScope {
  return parts.scope(tenant.id, {
    sub: keyIds.integrator,
    kind: 'api_key',
    cred: keyIds.integrator,
    caps: capabilities.filter((capability) => capability !== 'people:write' && capability !== 'keys:rotate'),
  })
}

/** People who came to work today: signed in when they first act, out at the end of the day. */
export class Desk {
  readonly #company: Company
  readonly #sessions = new Map<string, Promise<string>>()

  constructor(company: Company) {
    this.#company = company
  }

  /** The scope of a person at work. */
  async as(email: string): Promise<RequestScope> {
    const session = this.#sessions.get(email) ?? this.#signIn(email)
    this.#sessions.set(email, session)
    return this.#scope(email, await session)
  }

  async goHome(): Promise<void> {
    for (const [email, session] of this.#sessions) {
      const id = await session
      await inScope(this.#scope(email, id), () => this.#company.parts.identity.closeSession(id))
    }
    this.#sessions.clear()
  }

  async #signIn(email: string): Promise<string> {
    const { parts } = this.#company
    const personId = this.#person(email).id
    const signingIn = this.#scope(email, 'sign-in')
    const { sessionId } = await inScope(signingIn, () =>
      parts.identity.openSession({ personId, loginMethod: 'password' }),
    )
    return sessionId
  }

  #scope(email: string, credential: string): RequestScope {
    const { parts, tenant } = this.#company
    const { id, bindings } = this.#person(email)
    return parts.scope(tenant.id, { sub: id, kind: 'person', cred: credential, ...accessOf(bindings) })
  }

  #person(email: string) {
    const found = this.#company.people.get(email)
    if (found === undefined) throw new Error(`\`${email}\` works nowhere`)
    return found
  }
}
