/** Tables that need the whole tenant in scope: a team's lead sees no row of them, of their own team neither. Each with its reason. */

export const wholeTenantOnlyTables: Readonly<Record<string, string>> = {
  'identity.orphaned_agent': 'provisioning is the tenant’s: whose owner left with nobody above them',
  'identity.scim_agent': 'what the identity provider says of agents',
  'identity.scim_group': 'groups of the identity provider and what they give',
  'identity.scim_group_member': 'who is in them',
  'identity.scim_person': 'what the identity provider says of people',
}
