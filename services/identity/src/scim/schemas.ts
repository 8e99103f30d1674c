/**
 * What this provider says of itself (RFC 7643 §5–§7): the schemas as the
 * library defines them, without what is not kept here, and with what is.
 */
import SCIMMY from 'scimmy'
import { bulkMax, bulkBytesMax } from './limits.ts'
import { notFound } from './scimError.ts'
import { pageMax } from './query.ts'
import {
  agentUrn,
  enterpriseUrn,
  groupUrn,
  listUrn,
  musterAgentUrn,
  musterGroupUrn,
  userUrn,
  type Json,
} from './urns.ts'

const { Attribute, SchemaDefinition } = SCIMMY.Types

function userDefinition(): InstanceType<typeof SchemaDefinition> {
  const { name, id, description, attributes } = SCIMMY.Schemas.User.definition
  const left = ['profileUrl', 'password', 'ims', 'photos', 'addresses', 'entitlements', 'roles', 'x509Certificates']
  return new SchemaDefinition(
    name,
    id,
    description,
    attributes.filter((each) => !left.includes(each.name)),
  )
}

const text = (name: string, description: string, config: object = {}) =>
  new Attribute('string', name, { description, ...config })

const definitions = [
  userDefinition(),
  SCIMMY.Schemas.EnterpriseUser.definition,
  SCIMMY.Schemas.Group.definition,
  new SchemaDefinition('Agent', agentUrn, 'An agent of the company (draft-abbey-scim-agent-extension-00)', [
    text('name', 'unique name of the agent; never changes', {
      required: true,
      mutable: 'immutable',
      uniqueness: 'server',
    }),
    text('displayName', 'what people call it'),
    text('description', 'what it does'),
    text('agentType', 'its kind, in the words of the provider'),
    new Attribute('boolean', 'active', { description: 'false = frozen' }),
    new Attribute(
      'complex',
      'owners',
      { multiValued: true, required: true, description: 'the one person who answers for it' },
      [
        text('value', 'id of a User', { required: true }),
        new Attribute('reference', '$ref', { referenceTypes: ['User'], mutable: false, description: 'its address' }),
      ],
    ),
  ]),
  new SchemaDefinition('MusterAgent', musterAgentUrn, 'What Muster governs an agent by', [
    text('team', 'id or name of the org unit; at first the home unit of the owner', { mutable: 'immutable' }),
    text('riskTier', 'LOW, MEDIUM, HIGH or CRITICAL'),
    text('environment', 'where it runs'),
    text('purpose', 'what for'),
    text('model', 'the model it rests on'),
    text('status', 'its standing', { mutable: false }),
  ]),
  new SchemaDefinition('MusterGroup', musterGroupUrn, 'What membership means in Muster', [
    text('role', 'a role every active member holds'),
    text('unit', 'id or name of an org unit: where the role holds, or the home unit of members'),
  ]),
]

const resourceTypes = [
  { name: 'User', endpoint: '/Users', schema: userUrn, extension: enterpriseUrn, description: 'People' },
  { name: 'Group', endpoint: '/Groups', schema: groupUrn, extension: musterGroupUrn, description: 'Groups' },
  { name: 'Agent', endpoint: '/Agents', schema: agentUrn, extension: musterAgentUrn, description: 'Agents' },
]

function typeDocument(type: (typeof resourceTypes)[number], base: string): Json {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema,
    schemaExtensions: [{ schema: type.extension, required: false }],
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  }
}

function config(base: string): Json {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: bulkMax, maxPayloadSize: bulkBytesMax },
    filter: { supported: true, maxResults: pageMax },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'API key',
        description: 'an API key with the capability `scim:write`, or an access token of one, as a bearer',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

const listOf = (resources: readonly Json[]): Json => ({
  schemas: [listUrn],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
})

/** One of the three discovery endpoints; null when the path is none. */
export function discovery(endpoint: string, id: string | null, base: string): Json | null {
  if (endpoint === 'ServiceProviderConfig') return id === null ? config(base) : null
  const all =
    endpoint === 'Schemas'
      ? definitions.map((each) => each.describe(`${base}/Schemas`) as unknown as Json)
      : endpoint === 'ResourceTypes'
        ? resourceTypes.map((each) => typeDocument(each, base))
        : null
  if (all === null) return null
  if (id === null) return listOf(all)
  const found = all.find((each) => String(each['id']).toLowerCase() === id.toLowerCase())
  if (found === undefined) throw notFound()
  return found
}
