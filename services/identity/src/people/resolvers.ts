/** People and their roles, translated. */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Role } from '@muster/kernel'
import { authorizeAny } from '../caller.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { openPersonField } from '../sealing/personalData.ts'
import { addPerson } from './addPerson.ts'
import { changePerson } from './changePerson.ts'
import { countPeople, listPeople } from './listPeople.ts'
import { bindingLoader, personLoader } from './loaders.ts'
import { offboardPerson } from './offboardPerson.ts'
import { grantRole, revokeRole } from './roles.ts'

export function personResolvers(room: Room) {
  return {
    Query: {
      people: (_, asked, context) => {
        requireCapability(context, 'people:read')
        return listPeople(room, asked)
      },
      person: (_, { id }, context) => {
        requireCapability(context, 'people:read')
        return personLoader(room, context).load(id)
      },
    },
    Mutation: {
      addPerson: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'PersonAdded' as const,
          // Names of roles are checked by the use case, which refuses those it does not know.
          ...(await addPerson(room, {
            ...input,
            roles: input.roles?.map((asked) => ({ ...asked, role: asked.role as Role })),
          })),
        })),
      changePerson: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'PersonChanged' as const,
          ...(await changePerson(room, input)),
        })),
      offboardPerson: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'PersonOffboarded' as const,
          ...(await offboardPerson(room, input)),
        })),
      grantRole: (_, { input }) =>
        answering('Refused', async () => ({ __typename: 'RoleGranted' as const, ...(await grantRole(room, input)) })),
      revokeRole: (_, { input }) =>
        answering('Refused', async () => ({ __typename: 'RoleRevoked' as const, ...(await revokeRole(room, input)) })),
    },
    Person: {
      // An agent's owner, an approver: whoever may read what refers to people may resolve the reference.
      __resolveReference: ({ id }, context) => {
        authorizeAny(['people:read', 'agents:read', 'approvals:read'])
        return personLoader(room, context).load(id)
      },
      email: (person) => openPersonField(room.ring, person, 'email', person.emailSealed),
      displayName: (person) => openPersonField(room.ring, person, 'name', person.nameSealed),
      unit: (person) => (person.unitId === null ? null : { id: person.unitId }),
      roles: (person, _, context) => bindingLoader(room, context).load(person.id),
    },
    RoleBinding: { scope: (binding) => (binding.unitId === null ? null : { id: binding.unitId }) },
    PersonConnection: { totalCount: (page) => countPeople(room, page.filter) },
  } satisfies Resolvers
}
