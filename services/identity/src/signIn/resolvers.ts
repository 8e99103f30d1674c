/** Sessions and one's own password, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { changePassword } from './changePassword.ts'
import { closeSession, ownSessions } from './sessions.ts'

export function signInResolvers(room: Room) {
  return {
    Query: { signInSessions: () => ownSessions(room) },
    Mutation: {
      closeSignInSession: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'SignInSessionClosed' as const,
          sessionId: input.sessionId,
          receipt: await closeSession(room, input.sessionId),
        })),
      changePassword: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'PasswordChanged' as const,
          ...(await changePassword(room, input)),
        })),
    },
    SignInSession: { isCurrent: (session, _, context) => session.id === context.claims.cred },
  } satisfies Resolvers
}
