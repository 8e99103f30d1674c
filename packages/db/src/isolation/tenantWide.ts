/** What everybody of a tenant may read whatever their scope, each with its reason. A new table or view is not among them. */

export const tenantWideTables: Readonly<Record<string, string>> = {
  'guard.incident_count': 'one number, by which incidents are told apart; read by one function',
  'guard.policy_bundle': 'the rules everybody is held to',
  'identity.organization': 'the customer’s name',
  'identity.sso_config': 'how the tenant signs in, the secret sealed: whether a password counts is asked as its person',
  'identity.sso_domain': 'the tenant’s own mail domains',
  'identity.tenant': 'the tenant’s own name and settings',
  'ledger.checkpoint': 'whoever is in the tenant may verify its ledger',
  'ledger.entry': 'positions and hashes: verifying the chain takes all of them',
  'ledger.head': 'where the chain ends',
  'ledger.log_epoch': 'which entries were once lost, for whoever verifies',
  'ledger.tile': 'hashes of the tree',
  'passport.data_key': 'wrapped keys, by function and id; what they open is scoped where it is stored',
  'passport.manifest': 'what each tool does, the same for every team',
  'passport.signing_key': 'the tenant’s own keys, private halves wrapped',
  'workforce.org_closure': 'the scope itself is computed from it',
}

export const tenantWideViews: Readonly<Record<string, string>> = {
  'identity.published_tenant': 'the tenant’s own name and settings',
  'ledger.published_head': 'where the chain ends',
  'passport.published_manifest': 'what each tool does, the same for every team',
}
