/**
 * One verification run of this tab. It lives in react-query, so that one can
 * leave the screen while the worker works and find the verdict on return.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ownScript } from '../frame/trustedScripts.ts'
import { asFailure, type Failure } from '../graph/requestFailure.ts'
import { remember, remembered } from './checkpointMemory.ts'
import type { Done } from './verdictWords.ts'
import type { VerifyNews, VerifyOrder, VerifyRange } from './verifyProtocol.ts'
import verifyWorker from './verifyWorker.ts?worker&url'

export type Verification =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly checked: number; readonly total: number }
  | { readonly state: 'done'; readonly done: Done; readonly at: string }
  | { readonly state: 'failed'; readonly failure: Failure }

const queryKey = ['verification']
const idle: Verification = { state: 'idle' }

/** The worker at work, if any: one a tab. */
let worker: Worker | null = null

export function useVerification(): [Verification, start: (range?: VerifyRange | null) => void, stop: () => void] {
  const client = useQueryClient()
  const { data = idle } = useQuery<Verification>({
    queryKey,
    queryFn: () => idle,
    staleTime: Infinity,
    gcTime: Infinity,
  })
  const show = (next: Verification): void => void client.setQueryData<Verification>(queryKey, next)
  const end = (next: Verification): void => {
    worker?.terminate()
    worker = null
    show(next)
  }
  const start = (range: VerifyRange | null = null): void => {
    worker?.terminate()
    worker = new Worker(ownScript(verifyWorker), { type: 'module' })
    show({ state: 'running', checked: 0, total: 0 })
    worker.onerror = () => end({ state: 'failed', failure: asFailure(null) })
    worker.onmessage = ({ data: news }: MessageEvent<VerifyNews>) => {
      if (news.kind === 'progress') return show({ state: 'running', checked: news.checked, total: news.total })
      if (news.kind === 'failed') return end({ state: 'failed', failure: news.failure })
      keep(news)
      end({ state: 'done', done: news, at: new Date().toISOString() })
    }
    const order: VerifyOrder = { kept: remembered(localStorage), range }
    worker.postMessage(order)
  }
  return [data, start, () => end(idle)]
}

/** INVARIANT (never backwards): only what was just verified to contain the old one replaces it. */
function keep({ verdict, checkpoint, origin, range }: Done): void {
  if (range !== null || !verdict.intact || checkpoint === null) return
  remember(localStorage, { ...checkpoint, origin, seenAt: new Date().toISOString() })
}
