/**
 * The door: one SCIM request in, one answer out. Who may come in, which
 * resource is meant, and every refusal in the words of the RFC.
 *
 * INVARIANT (one answer): an unknown id, another tenant's and a garbled one
 * answer alike, with 404.
 */
import { authorize } from '../caller.ts'
import type { Room } from '../room.ts'
import { agentList, changeAgent, createAgents, deleteAgent, patchAgent, readOneAgent } from './agents.ts'
import { bulk } from './bulk.ts'
import { changeUser, deleteUser } from './changeUser.ts'
import { createUsers, type Outcome } from './createUsers.ts'
import { changeGroup, createGroup, deleteGroup, groupList, readOneGroup } from './groups.ts'
import { list } from './lists.ts'
import { projected, projectionOf, type Parameters } from './query.ts'
import { hasVersion, type ScimAnswer, type ScimRequest } from './request.ts'
import { discovery } from './schemas.ts'
import { asScimError, errorBody, invalidSyntax, notFound, ScimError } from './scimError.ts'
import {
  agentUrn,
  enterpriseUrn,
  groupUrn,
  isObject,
  musterAgentUrn,
  musterGroupUrn,
  searchUrn,
  userUrn,
} from './urns.ts'
import { patchUser, readOneUser, userList } from './users.ts'

interface Endpoint {
  urns: readonly string[]
  list(parameters: Parameters): Promise<ScimAnswer>
  create(body: unknown): Promise<ScimAnswer>
  read(id: string): Promise<ScimAnswer>
  replace(id: string, body: unknown): Promise<ScimAnswer>
  patch(id: string, body: unknown): Promise<ScimAnswer>
  remove(id: string): Promise<ScimAnswer>
}

/** Answers a request of the scope's caller, who has `scim:write` over the whole tenant. Faults pass; refusals are answers. */
export async function handleScim(room: Room, request: ScimRequest): Promise<ScimAnswer> {
  try {
    const claims = authorize('scim:write')
    if (!claims.all) throw new ScimError(403, undefined, 'this credential does not see the whole tenant')
    return await answer(room, request)
  } catch (error) {
    const refused = asScimError(error)
    if (refused === null) throw error
    return { status: refused.status, body: { ...errorBody(refused) } }
  }
}

async function answer(room: Room, request: ScimRequest): Promise<ScimAnswer> {
  const { method, path, base } = request
  const [name = '', id = null] = path
  if (path.length > 2) throw notFound()
  const found = discovery(name, id, base)
  if (found !== null) return method === 'GET' ? { status: 200, body: found } : notAllowed()
  if (name === 'Bulk' && id === null)
    return method === 'POST' ? bulk(room, request, (part) => answer(room, part)) : notAllowed()
  if (name === 'Me') throw new ScimError(501, undefined, 'a key is nobody: there is no `/Me`')
  const endpoint = endpointOf(room, name, request)
  if (endpoint === null) throw notFound()
  if (id === null || id === '.search') {
    if (id === '.search') return method === 'POST' ? endpoint.list(searchOf(request.body)) : notAllowed()
    if (method === 'GET') return endpoint.list(request.query)
    return method === 'POST' ? shaped(await endpoint.create(request.body), endpoint, request) : notAllowed()
  }
  if (method === 'GET') return shaped(await endpoint.read(id), endpoint, request)
  if (method === 'PUT') return shaped(await endpoint.replace(id, request.body), endpoint, request)
  if (method === 'PATCH') return shaped(await endpoint.patch(id, request.body), endpoint, request)
  return method === 'DELETE' ? endpoint.remove(id) : notAllowed()
}

const notAllowed = (): never => {
  throw new ScimError(405, undefined, 'this method does not apply here')
}

function searchOf(body: unknown): Parameters {
  if (!isObject(body) || !Array.isArray(body['schemas']) || !body['schemas'].includes(searchUrn))
    throw invalidSyntax(`\`schemas\` must hold \`${searchUrn}\``)
  return body
}

function shaped(given: ScimAnswer, { urns }: Endpoint, request: ScimRequest): ScimAnswer {
  if (request.method === 'GET' && given.etag && hasVersion(request.ifNoneMatch, given.etag))
    return { status: 304, body: null, etag: given.etag }
  return given.body === null ? given : { ...given, body: projected(given.body, projectionOf(request.query, urns)) }
}

function only([outcome]: readonly Outcome[]): ScimAnswer {
  if (outcome === undefined || outcome instanceof Error)
    throw outcome ?? new Error('nothing was created and nothing said why')
  return outcome
}

function endpointOf(room: Room, name: string, { base, ifMatch }: ScimRequest): Endpoint | null {
  const at = { base, ifMatch }
  switch (name) {
    case 'Users':
      return {
        urns: [userUrn, enterpriseUrn],
        list: (query) => list(room, userList(room, base), query),
        create: async (body) => only(await createUsers(room, [body], base)),
        read: (id) => readOneUser(room, id, base),
        replace: (id, body) => changeUser(room, id, () => body, at),
        patch: (id, body) => patchUser(room, id, body, at),
        remove: (id) => deleteUser(room, id, ifMatch),
      }
    case 'Groups':
      return {
        urns: [groupUrn, musterGroupUrn],
        list: (query) => list(room, groupList(base), query),
        create: (body) => createGroup(room, body, base),
        read: (id) => readOneGroup(room, id, base),
        replace: (id, body) => changeGroup(room, id, body, { ...at, isPatch: false }),
        patch: (id, body) => changeGroup(room, id, body, { ...at, isPatch: true }),
        remove: (id) => deleteGroup(room, id, ifMatch),
      }
    case 'Agents':
      return {
        urns: [agentUrn, musterAgentUrn],
        list: (query) => list(room, agentList(base), query),
        create: async (body) => only(await createAgents(room, [body], base)),
        read: (id) => readOneAgent(room, id, base),
        replace: (id, body) => changeAgent(room, id, () => body, at),
        patch: (id, body) => patchAgent(room, id, body, at),
        remove: (id) => deleteAgent(room, id, ifMatch),
      }
    default:
      return null
  }
}
