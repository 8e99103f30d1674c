/** Which bundle decides, when several people change it at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

const draft = `mutation ($input: DraftPolicyBundleInput!) { draftPolicyBundle(input: $input) { ... on PolicyBundleDrafted { bundle { id } } } }`
const activate = `mutation ($input: ActivatePolicyBundleInput!) { activatePolicyBundle(input: $input) { __typename
  ... on PolicyBundleActivated { bundle { id state } receipt { seq } } ... on Refusal { code } } }`

test('one bundle is active after any number of activations at once, the one the ledger names last', async () => {
  const scope = world.key()
  const ids: string[] = []
  for (const name of ['one', 'two', 'three', 'four']) {
    const text = `@id("${name}") permit (principal, action, resource) when { context.granted };`
    const said = await world.run(scope, draft, { input: { name, sources: [{ id: name, text }] } })
    ids.push(said.draftPolicyBundle.bundle.id)
  }
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(
      [...ids, ...ids].map(
        async (bundleId) => (await world.run(scope, activate, { input: { bundleId } })).activatePolicyBundle,
      ),
    )
    const activated = answers.filter(({ __typename }) => __typename === 'PolicyBundleActivated')
    expect(answers.filter(({ __typename, code }) => __typename === 'Refused' && code !== 'ALREADY_ACTIVE')).toEqual([])
    expect(activated.length).toBeGreaterThan(0)
    const last = activated.toSorted((a, b) => Number(b.receipt.seq) - Number(a.receipt.seq))[0]
    const active = await world.database.asSuperuser(`SELECT id FROM guard.policy_bundle WHERE state = 'active'`)
    expect(active).toEqual([{ id: last.bundle.id }])
  }
})
