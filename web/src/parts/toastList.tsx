/** The messages on the screen: at most three, in the corner, read aloud as they come. */
import { useEffect } from 'react'
import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import type { Failure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { CopyButton } from './copyButton.tsx'
import { hearMessages } from './toast.tsx'

type Told = { readonly failure?: Failure; readonly seq?: string }

const shownForMs = 6_000
/** More than this at once is noise; the oldest give way. */
const atOnceMax = 3

export default function ToastList() {
  return (
    <Base.Provider limit={atOnceMax} timeout={shownForMs}>
      <Base.Portal>
        <Base.Viewport
          aria-label={t.toasts}
          className="fixed right-4 bottom-4 z-40 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none"
        >
          <Shown />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function Shown() {
  const { toasts, add } = Base.useToastManager<Told>()
  useEffect(
    () =>
      hearMessages(({ words, failure, seq }) => {
        const data: Told = { ...(failure === undefined ? {} : { failure }), ...(seq === undefined ? {} : { seq }) }
        if (failure === undefined) add({ title: words, data })
        // What went wrong stays until somebody has read it.
        else add({ title: words, data, type: 'failure', timeout: 0 })
      }),
    [add],
  )
  return toasts.map((toast) => {
    const { failure, seq } = toast.data ?? {}
    return (
      <Base.Root
        key={toast.id}
        toast={toast}
        className="rounded-md border border-line bg-surface shadow-lg data-limited:hidden data-[type=failure]:border-bad/40 data-[type=failure]:bg-bad-soft data-[type=failure]:text-bad"
      >
        <Base.Content role={failure === undefined ? undefined : 'alert'} className="flex items-start gap-2 px-3 py-2">
          <div className="min-w-0 flex-1">
            <Base.Title className="font-medium" />
            {seq !== undefined && (
              <Base.Description className="text-[13px]">
                {t.recordedAs} <strong className="font-mono">{seq}</strong>
              </Base.Description>
            )}
            {failure !== undefined && <FailureLine failure={failure} />}
          </div>
          <Base.Close aria-label={t.close} className="grid size-6 shrink-0 place-items-center rounded hover:bg-raised">
            <X size={14} aria-hidden />
          </Base.Close>
        </Base.Content>
      </Base.Root>
    )
  })
}

function FailureLine({ failure: { code, requestId } }: { failure: Failure }) {
  return (
    <Base.Description render={<div />} className="mt-0.5 flex flex-wrap items-center gap-x-2 text-[13px]">
      <code className="font-mono">{code}</code>
      {requestId !== null && (
        <>
          <span>{t.failure.request}</span>
          <code className="font-mono break-all">{requestId}</code>
          <CopyButton text={requestId} what={t.copy.requestId} />
        </>
      )}
    </Base.Description>
  )
}
