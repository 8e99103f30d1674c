/**
 * The public door as an attacker uses it: text in, text out, byte for byte.
 *
 * Every call carries the same request id, so that two answers that should be
 * alike can be compared as they came.
 */
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import type { Running } from '../faults/running.ts'

export const requestId = 'isolation-test'

/** One call under a bearer credential; the answer's bytes as text. */
export async function ask(muster: Running, bearer: string, query: string, variables: unknown = {}): Promise<string> {
  const answer = await muster.post('/graphql', JSON.stringify({ query, variables }), {
    authorization: `Bearer ${bearer}`,
    'x-request-id': requestId,
  })
  return `${answer.status} ${answer.text}`
}

/** The data of a call that must succeed in every part. Throws what was answered instead. */
export async function read<T extends object>(
  muster: Running,
  bearer: string,
  query: string,
  variables: unknown = {},
): Promise<T> {
  const answer = await ask(muster, bearer, query, variables)
  const { data, errors } = JSON.parse(answer.slice(4)) as { data?: T; errors?: unknown }
  if (errors !== undefined || data === undefined) throw new Error(`${query}: ${answer}`)
  return data
}

/** The success of a mutation named `field`, with `selection` of its success member; throws a refusal. */
export async function act<T extends object>(
  muster: Running,
  bearer: string,
  field: string,
  selection: string,
  input: object,
): Promise<T> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  const { result } = await read<{ result: T & { __typename: string } }>(
    muster,
    bearer,
    `mutation ($input: ${type}!) { result: ${field}(input: $input) { __typename ${selection} ... on Refusal { code message } } }`,
    { input },
  )
  if (result.__typename === 'Refused') throw new Error(`${field}: ${JSON.stringify(result)}`)
  return result
}

/** An access token of a person. */
export async function signIn(muster: Running, email: string, password: string): Promise<string> {
  const answer = await muster.post('/auth/token', JSON.stringify({ email, password }))
  const { access_token: token } = JSON.parse(answer.text) as { access_token?: string }
  if (token === undefined) throw new Error(`\`${email}\` could not sign in: ${answer.text}`)
  return token
}

/** The token of a person of the demo. */
export function signInAs(muster: Running, tenant: SeededTenant, email: string): Promise<string> {
  const user = tenant.users.find((known) => known.email === email)
  if (user === undefined) throw new Error(`\`${email}\` is not in the demo`)
  return signIn(muster, email, user.password)
}
