/**
 * Refusals as members of a mutation's result union.
 *
 * A use case throws a `Refusal`; the resolver answers it as data. Anything
 * else that is thrown is a fault and leaves as an error.
 */
import { Refusal } from '@muster/kernel'

export interface RefusalResult<Name extends string = string> {
  __typename: Name
  code: string
  message: string
}

/** Runs a use case; a `Refusal` becomes `{ __typename, code, message }` of the given type. */
export async function answering<T, const Name extends string>(
  typename: Name,
  work: () => Promise<T>,
): Promise<T | RefusalResult<Name>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return { __typename: typename, code: error.code, message: error.message }
    throw error
  }
}
