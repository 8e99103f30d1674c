/** Verification in the reader's own browser: one button, progress, and an answer in words. */
import { useState } from 'react'
import { provenEntriesMax } from '@muster/ledger'
import { useKeys } from '../frame/keys.tsx'
import { languageTag } from '../frame/language.ts'
import { Badge, type Tone } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { fromNow } from '../parts/duration.ts'
import { FailureNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { useVerification, type Verification } from './useVerification.ts'
import { verdictWords, type Done } from './verdictWords.ts'
import type { VerifyRange } from './verifyProtocol.ts'

const since = (instant: string): string => fromNow(Date.parse(instant) - Date.now(), languageTag())

function stateOf(run: Verification): [tone: Tone, word: string] {
  if (run.state === 'done')
    return run.done.verdict.intact ? ['good', t.records.state.intact] : ['bad', t.records.state.broken]
  return run.state === 'running' ? ['cold', t.records.state.running] : ['plain', t.records.state[run.state]]
}

export function VerifyPanel() {
  const [run, start, stop] = useVerification()
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const begin = (): void => start(rangeOf(first, last))
  useKeys([{ keys: 'v', label: t.records.verify, run: begin }])
  const [tone, word] = stateOf(run)
  return (
    <section aria-label={t.records.verification} className="border-b border-line bg-surface px-6 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="font-semibold">{t.records.verification}</h2>
        <Badge tone={tone}>{word}</Badge>
        {run.state === 'done' && (
          <span className="text-muted">
            <Ago instant={run.at} />
          </span>
        )}
        <span className="ml-auto flex flex-wrap items-center gap-2">
          <Place label={t.records.rangeFirst} value={first} onValue={setFirst} onGo={begin} />
          <Place label={t.records.rangeLast} value={last} onValue={setLast} onGo={begin} />
          {run.state === 'running' ? (
            <Button onClick={stop}>{t.records.stop}</Button>
          ) : (
            <Button look="primary" onClick={begin} aria-keyshortcuts="v">
              {run.state === 'idle' ? t.records.verify : t.records.verifyAgain}
            </Button>
          )}
        </span>
      </div>
      <div className="mt-2 max-w-3xl" role="status">
        {run.state === 'idle' && <p className="text-muted">{t.records.idle}</p>}
        {run.state === 'running' && (
          <>
            <progress
              aria-label={t.records.verification}
              value={run.checked}
              max={Math.max(run.total, 1)}
              className="h-2 w-full accent-accent"
            />
            <p className="text-muted tabular-nums">{t.records.progress(run.checked, run.total)}</p>
          </>
        )}
        {run.state === 'done' && (
          <ul className={run.done.verdict.intact ? 'text-good' : 'text-bad'}>
            {verdictWords(run.done, since).map((words, at) => (
              <li key={words} className={at === 0 ? 'text-base font-semibold' : 'text-ink'}>
                {words}
              </li>
            ))}
          </ul>
        )}
      </div>
      {run.state === 'done' && isProvable(run.done) && (
        <p className="mt-1">
          <a
            href={`/ledger/${encodeURIComponent(run.done.origin)}/proof?first=${run.done.range.first}&last=${run.done.range.last}`}
            download={`${run.done.origin.slice(-32)}-${run.done.range.first}-${run.done.range.last}.muster-proof`}
            className="text-accent hover:underline"
          >
            {t.records.downloadRange}
          </a>
        </p>
      )}
      {run.state === 'failed' && <FailureNote failure={run.failure} onRetry={begin} />}
    </section>
  )
}

/** A verified range under a checkpoint, short enough for one file. */
function isProvable(done: Done): done is Done & { range: VerifyRange } {
  const { range, verdict, checkpoint } = done
  return (
    range !== null &&
    verdict.intact &&
    checkpoint !== null &&
    checkpoint.size >= range.last &&
    range.last - range.first < provenEntriesMax
  )
}

/** Null for everything: an end that is empty, or none, is the ledger's own. */
function rangeOf(first: string, last: string): VerifyRange | null {
  const [from, to] = [Number(first.replaceAll(',', '')), Number(last.replaceAll(',', ''))]
  const isPlace = (value: number): boolean => Number.isSafeInteger(value) && value >= 1
  if (!isPlace(from) && !isPlace(to)) return null
  const least = isPlace(from) ? from : 1
  return { first: least, last: isPlace(to) ? Math.max(to, least) : Number.MAX_SAFE_INTEGER }
}

interface PlaceProps {
  label: string
  value: string
  onValue: (value: string) => void
  onGo: () => void
}

/** A sequence number, or nothing. */
export function Place({ label, value, onValue, onGo }: PlaceProps) {
  return (
    <label className="flex items-center gap-2 text-[13px] text-muted">
      {label}
      <input
        type="text"
        inputMode="numeric"
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && onGo()}
        className="h-8 w-24 rounded-md border border-line bg-surface px-2 font-mono text-ink tabular-nums"
      />
    </label>
  )
}
