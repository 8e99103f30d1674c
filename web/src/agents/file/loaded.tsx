/** One page of the file from a query: its rows, or what stands in their place. */
import type { ReactNode } from 'react'
import type { CombinedError } from 'urql'
import { asFailure } from '../../graph/requestFailure.ts'
import { FailureNote, Loading } from '../../parts/states.tsx'

interface Props<Data> {
  data: Data | undefined
  error: CombinedError | undefined
  onRetry: () => void
  children: (data: Data) => ReactNode
}

export function Loaded<Data>({ data, error, onRetry, children }: Props<Data>) {
  if (data !== undefined) {
    return (
      <>
        {error !== undefined && <FailureNote failure={asFailure(error)} onRetry={onRetry} />}
        {children(data)}
      </>
    )
  }
  return error === undefined ? <Loading /> : <FailureNote failure={asFailure(error)} onRetry={onRetry} />
}
