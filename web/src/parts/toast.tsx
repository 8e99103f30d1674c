/**
 * The one place for words that belong to no form: something was done, or went
 * wrong away from any field. A failure says its request id and stays until it
 * is closed.
 *
 * INVARIANT (said once): what a form shows beside itself is never said here too.
 */
import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { asFailure, type Failure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { CopyButton } from './copyButton.tsx'

interface Told {
  readonly failure?: Failure
  /** The ledger's number of what was done. */
  readonly seq?: string
}

const manager = Base.createToastManager<Told>()

const shownForMs = 6_000
/** More than this at once is noise; the oldest give way. */
const atOnceMax = 3

/** Something was done, or could not be and the reason is no failure. */
export function tell(words: string, seq?: string): void {
  manager.add({ title: words, timeout: shownForMs, ...(seq === undefined ? {} : { data: { seq } }) })
}

/** Something went wrong; anything thrown, or a failure already in words. */
export function tellFailure(error: unknown): void {
  const failure = isFailure(error) ? error : asFailure(error)
  manager.add({ title: failure.words, timeout: 0, priority: 'high', type: 'failure', data: { failure } })
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'words' in error && 'requestId' in error
}

export function Toasts() {
  return (
    <Base.Provider toastManager={manager} limit={atOnceMax}>
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
  const { toasts } = Base.useToastManager<Told>()
  return toasts.map((toast) => {
    const { failure, seq } = toast.data ?? {}
    return (
      <Base.Root
        key={toast.id}
        toast={toast}
        className="rounded-md border border-line bg-surface shadow-lg data-limited:hidden data-[type=failure]:border-bad/40 data-[type=failure]:bg-bad-soft data-[type=failure]:text-bad"
      >
        <Base.Content className="flex items-start gap-2 px-3 py-2">
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
