/** The schema names of SCIM that are served here. */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** draft-abbey-scim-agent-extension-00. */
export const agentUrn = 'urn:ietf:params:scim:schemas:core:2.0:Agent'
export const musterGroupUrn = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group'
export const musterAgentUrn = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Agent'
export const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const bulkRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
export const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
export const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

/** A resource or a part of one, as JSON has it. */
export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
