/** What a screen shows when it cannot show or do everything: loading, empty, failed, denied, read-only. */
import type { ReactNode } from 'react'
import { Eye, Lock } from 'lucide-react'
import type { Failure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copyButton.tsx'

/** Rows of the height the real ones will have, so that nothing jumps. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label={t.loading} className="flex flex-col gap-3 p-4">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="skeleton h-[calc(var(--row)-0.75rem)]" />
      ))}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="grid place-items-center gap-1 px-6 py-16 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && <p className="max-w-md text-muted">{children}</p>}
    </div>
  )
}

/** What one's roles do not open: said, with what it would take; never an empty list. */
export function Denied({ title, capability }: { title: string; capability: string }) {
  return (
    <div className="grid place-items-center gap-1 px-6 py-16 text-center">
      <Lock size={20} aria-hidden className="text-muted" />
      <p className="font-medium">{title}</p>
      <p className="max-w-md text-muted">{t.states.denied(capability)}</p>
    </div>
  )
}

/** Above what may be looked at and not changed: why every act below is switched off. */
export function ReadOnlyNote({ capability }: { capability: string }) {
  return (
    <p
      role="note"
      className="flex items-center gap-2 border-b border-line bg-raised px-6 py-1.5 text-[13px] text-muted"
    >
      <Eye size={14} aria-hidden className="shrink-0" />
      {t.states.readOnly(capability)}
    </p>
  )
}

/** A failure beside what failed, with the request id to quote. */
export function FailureNote({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  return (
    <div role="alert" className="rounded-md border border-bad/40 bg-bad-soft px-3 py-2 text-bad">
      <p className="font-medium">{failure.words}</p>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-[13px]">
        <code className="font-mono">{failure.code}</code>
        {failure.requestId !== null && (
          <>
            <span>{t.failure.request}</span>
            <code className="font-mono break-all">{failure.requestId}</code>
            <CopyButton text={failure.requestId} what={t.copy.requestId} />
          </>
        )}
      </p>
      {onRetry !== undefined && (
        <Button size="small" className="mt-2" onClick={onRetry}>
          {t.failure.again}
        </Button>
      )}
    </div>
  )
}

/** What was done, and where the ledger says so. */
export function RecordedNote({ words, seq }: { words: string; seq: string }) {
  return (
    <p role="status" className="rounded-md border border-good/40 bg-good-soft px-3 py-2 text-good">
      {words} {t.recordedAs} <strong className="font-mono">{seq}</strong>
    </p>
  )
}
