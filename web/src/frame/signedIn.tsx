/** Everything behind the sign-in: a graph client of this session's own, and the frame. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Provider } from 'urql'
import { makeClient } from '../graph/client.ts'
import { LiveProvider } from '../live/live.tsx'
import { forgetSession, sessionQuery } from '../session/session.ts'
import { KeysProvider } from './keys.tsx'
import { Shell } from './shell.tsx'

export function SignedIn() {
  const router = useRouter()
  const { data: session } = useQuery(sessionQuery)
  const credential = session?.credential
  const client = useMemo(
    () =>
      makeClient(() => {
        forgetSession()
        void router.invalidate()
      }),
    // INVARIANT (no borrowed cache): another session, another client.
    [router, credential],
  )
  return (
    <Provider value={client} key={credential}>
      <KeysProvider>
        <LiveProvider session={credential ?? ''}>
          <Shell />
        </LiveProvider>
      </KeysProvider>
    </Provider>
  )
}
