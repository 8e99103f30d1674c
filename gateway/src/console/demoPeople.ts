/**
 * `GET /auth/demo`: who there is to be in the demo, for the sign-in page.
 *
 * Only the embedded form has a demo; elsewhere the route does not exist.
 * INVARIANT (no secret here): names and roles that are in the public source.
 * Passwords are in a file that its owner alone can read, and never go this way.
 */
import type { FastifyInstance } from 'fastify'

export interface DemoPerson {
  readonly email: string
  readonly displayName: string
  readonly role: string
  /** Where the role is held, by name; null = the whole tenant. */
  readonly unit: string | null
  readonly tenant: string
}

export function demoRoutes(app: FastifyInstance, people: readonly DemoPerson[] | undefined): void {
  if (people === undefined || people.length === 0) return
  const shown = people.map(({ email, displayName, role, unit, tenant }) => ({
    email,
    displayName,
    role,
    unit,
    tenant,
  }))
  app.get('/auth/demo', async (_, reply) => {
    reply.header('cache-control', 'no-store')
    return { people: shown }
  })
}
