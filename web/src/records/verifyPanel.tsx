/** Verification in the reader's own browser: one button, progress, and an answer in words. */
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { useKeys } from '../frame/keys.tsx'
import { Badge, type Tone } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { FailureNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { useVerification, type Verification } from './useVerification.ts'
import { verdictWords } from './verdictWords.ts'

const since = (instant: string): string => formatDistanceStrict(new Date(instant), Date.now(), { addSuffix: true })

function stateOf(run: Verification): [tone: Tone, word: string] {
  if (run.state === 'done')
    return run.done.verdict.intact ? ['good', t.records.state.intact] : ['bad', t.records.state.broken]
  return run.state === 'running' ? ['cold', t.records.state.running] : ['plain', t.records.state[run.state]]
}

export function VerifyPanel() {
  const [run, start, stop] = useVerification()
  useKeys([{ keys: 'v', label: t.records.verify, run: start }])
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
        <span className="ml-auto">
          {run.state === 'running' ? (
            <Button onClick={stop}>{t.records.stop}</Button>
          ) : (
            <Button look="primary" onClick={start} aria-keyshortcuts="v">
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
      {run.state === 'failed' && <FailureNote failure={run.failure} onRetry={start} />}
    </section>
  )
}
