/** For tests of provisioning: requests as the gateway hands them over, under a key that may provision and nothing else. */
import { inScope } from '@muster/db'
import { newId } from '@muster/kernel'
import type { ScimAnswer } from '../identity.ts'
import { patchUrn } from '../scim/urns.ts'
import type { Company, World } from './world.ts'

export const base = 'https://muster.example.com/scim/v2'

export interface Caller {
  (
    method: string,
    path: string,
    body?: unknown,
    more?: { query?: object; ifMatch?: string; ifNoneMatch?: string },
  ): Promise<ScimAnswer>
}

/** Calls SCIM as a provisioning key of a company. */
export function scimCaller(world: World, company: Company): Caller {
  const scope = world.scope(company, { kind: 'api_key', sub: newId(), all: true, caps: ['scim:write'] })
  return (method, path, body = null, { query = {}, ifMatch, ifNoneMatch } = {}) =>
    inScope(scope, () =>
      world.identity.scim({
        method,
        path: path.split('/'),
        query: query as Record<string, unknown>,
        body,
        ifMatch: ifMatch ?? null,
        ifNoneMatch: ifNoneMatch ?? null,
        base,
      }),
    )
}

export const patch = (...Operations: object[]): object => ({ schemas: [patchUrn], Operations })
export const idOf = (answer: ScimAnswer): string => String(answer.body?.['id'])

/** A person as a provider sends one. */
export const user = (name: string, more: object = {}): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@example.com`,
  externalId: `ext-${name}`,
  name: { givenName: name, familyName: 'Tester' },
  emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
  active: true,
  ...more,
})
