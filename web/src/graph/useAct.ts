/**
 * Doing something in the graph: one mutation, from the press of the button to
 * the ledger's sequence number or the refusal.
 *
 * Nothing is shown as done before the server recorded it: no optimistic update.
 */
import { useCallback, useState } from 'react'
import { useClient, type TypedDocumentNode } from 'urql'
import { tell, tellFailure } from '../parts/toast.tsx'
import { asFailure, type Failure } from './requestFailure.ts'

/** The typed no of a mutation. */
export interface RefusedResult {
  __typename: 'Refused'
  code: string
  message: string
}

export type Act<Done> =
  | { readonly state: 'idle' }
  | { readonly state: 'recording' }
  | { readonly state: 'done'; readonly result: Done }
  /** A refusal by the rules, or a fault; both carry the request id. */
  | { readonly state: 'refused'; readonly failure: Failure }

/** @param pick takes the result out of the mutation's answer. */
export function useAct<Data, Variables extends object, Result extends { __typename: string }>(
  document: TypedDocumentNode<Data, Variables>,
  pick: (data: Data) => Result | RefusedResult,
): [Act<Result>, (variables: Variables) => Promise<Act<Result>>, () => void] {
  const client = useClient()
  const [act, setAct] = useState<Act<Result>>({ state: 'idle' })
  const run = useCallback(
    async (variables: Variables): Promise<Act<Result>> => {
      setAct({ state: 'recording' })
      const requestId = crypto.randomUUID()
      const fetchOptions = { credentials: 'same-origin' as const, headers: { 'x-request-id': requestId } }
      const { data, error } = await client.mutation(document, variables, { fetchOptions }).toPromise()
      const next = judge(data === undefined || data === null ? null : pick(data), error, requestId)
      setAct(next)
      return next
    },
    [client, document, pick],
  )
  const reset = useCallback(() => setAct({ state: 'idle' }), [])
  return [act, run, reset]
}

function judge<Result extends { __typename: string }>(
  result: Result | RefusedResult | null,
  error: unknown,
  requestId: string,
): Act<Result> {
  if (error !== undefined || result === null) {
    const failure = asFailure(error)
    return { state: 'refused', failure: { ...failure, requestId: failure.requestId ?? requestId } }
  }
  if (isRefused(result)) return { state: 'refused', failure: { code: result.code, words: result.message, requestId } }
  return { state: 'done', result }
}

function isRefused(result: { __typename: string }): result is RefusedResult {
  return result.__typename === 'Refused'
}

/**
 * An act that belongs to no form: pressed, recorded, and said in the corner,
 * with the ledger's number or the refusal and its request id.
 * @param words what was done, of its result.
 */
export function useQuickAct<
  Data,
  Variables extends object,
  Result extends { __typename: string; receipt: { seq: string } },
>(
  document: TypedDocumentNode<Data, Variables>,
  pick: (data: Data) => Result | RefusedResult,
  words: (result: Result) => string,
): [isRecording: boolean, run: (variables: Variables) => Promise<Act<Result>>] {
  const [act, run] = useAct(document, pick)
  const quickly = async (variables: Variables): Promise<Act<Result>> => {
    const next = await run(variables)
    if (next.state === 'done') tell(words(next.result), next.result.receipt.seq)
    if (next.state === 'refused') tellFailure(next.failure)
    return next
  }
  return [act.state === 'recording', quickly]
}
