/**
 * The person's session: a cookie no script can read. The page knows only who
 * it belongs to, and keeps that in react-query; nothing here is in the graph.
 */
import { QueryClient, queryOptions } from '@tanstack/react-query'
import { fetchOwn, RequestFailure } from '../graph/requestFailure.ts'

/** What `/auth/session` says of the caller, for their own eyes. */
export interface Session {
  kind: string
  person: string | null
  tenant: string
  credential: string
  roles: string[]
  capabilities: string[]
  scope: { all: boolean; units: string[] }
  expiresAt: string | null
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
})

/** Null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      return (await (await fetchOwn('/auth/session')).json()) as Session
    } catch (error) {
      if (error instanceof RequestFailure && error.status === 401) return null
      throw error
    }
  },
})

/** Opens a session. @throws RequestFailure `SIGN_IN_REFUSED`, `RATE_LIMITED`, … */
export async function signIn(email: string, password: string): Promise<void> {
  await fetchOwn('/auth/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
}

/** Goes to the company's own sign-in page, by the domain of an address; it comes back signed in. */
export function signOn(email: string, next: string | undefined): void {
  location.assign(
    `/auth/sso/start?${new URLSearchParams({ email, ...(next === undefined ? {} : { next }) }).toString()}`,
  )
}

/** Ends the session here and on the server; one that is over already is over. */
export async function signOut(): Promise<void> {
  try {
    const answer = await fetchOwn('/auth/sign-out', { method: 'POST' })
    if (answer.status === 200) {
      // The session came from the company's provider: it ends there as well.
      const { logoutUrl } = (await answer.json()) as { logoutUrl: string }
      forgetSession()
      location.assign(logoutUrl)
      return
    }
  } catch (error) {
    if (!(error instanceof RequestFailure && error.status === 401)) throw error
  }
  forgetSession()
}

/** The session turned out to be over. */
export function forgetSession(): void {
  queryClient.setQueryData(sessionQuery.queryKey, null)
}
