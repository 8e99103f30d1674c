/** What was decided in the window: a chart that zooms, and its table. */
import { lazy, Suspense } from 'react'
import { Button } from '../parts/button.tsx'
import { minute } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { Change } from './change.tsx'
import type { Summary } from './documents.ts'
import { WhenSeen } from './whenSeen.tsx'
import { zoomedTo } from './windowSteps.ts'

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })))

const waiting = <div className="skeleton h-51" />

interface Props {
  summary: Summary
  shown: 'chart' | 'table'
  onShown: (shown: 'chart' | 'table') => void
  onWindow: (window: string) => void
  zoomOut: string | null
}

export function DecisionsOverTime({ summary, shown, onShown, onWindow, zoomOut }: Props) {
  const { decisions, previous } = summary
  const zoomTo = (first: string, last: string): void => {
    const window = zoomedTo(summary, decisions.stepSeconds, first, last)
    if (window !== null) onWindow(window)
  }
  return (
    <section aria-label={t.workforce.decisions} className="rounded-lg border border-line bg-surface p-4">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="font-semibold">{t.workforce.decisions}</h2>
        <p className="text-muted">
          {t.workforce.decisionsTotal(decisions.total, decisions.held, decisions.denied)},{' '}
          {t.workforce.steps[decisions.stepSeconds]}
        </p>
        <Change now={decisions.total} before={previous?.decisions.total} />
        <span className="ml-auto flex gap-1 print:hidden">
          <Button
            look="quiet"
            size="small"
            why={zoomOut === null ? t.timeRange.nothingBefore : null}
            onClick={() => zoomOut !== null && onWindow(zoomOut)}
          >
            {t.workforce.zoomOut}
          </Button>
          {(['chart', 'table'] as const).map((each) => (
            <Button
              key={each}
              look="quiet"
              size="small"
              aria-pressed={shown === each}
              onClick={() => onShown(each)}
              className="aria-pressed:bg-raised aria-pressed:text-ink"
            >
              {each === 'chart' ? t.workforce.asChart : t.workforce.asTable}
            </Button>
          ))}
        </span>
      </div>
      {shown === 'chart' && (
        <div className="print:hidden">
          <WhenSeen placeholder={waiting}>
            {() => (
              <Suspense fallback={waiting}>
                <Plot series={decisions.series} stepSeconds={decisions.stepSeconds} onZoom={zoomTo} />
              </Suspense>
            )}
          </WhenSeen>
        </div>
      )}
      <div className={shown === 'table' ? '' : 'hidden print:block'}>
        <SeriesTable decisions={decisions} />
      </div>
    </section>
  )
}

function SeriesTable({ decisions: { series } }: { decisions: Summary['decisions'] }) {
  const outcomes = ['allowed', 'held', 'denied'] as const
  return (
    <div
      className="max-h-80 overflow-auto print:max-h-none"
      tabIndex={0}
      role="region"
      aria-label={t.workforce.decisions}
    >
      <table className="w-full text-right tabular-nums">
        <thead className="sticky top-0 bg-surface text-[12.5px] text-muted">
          <tr>
            <th scope="col" className="py-1 text-left font-normal">
              {t.workforce.time}
            </th>
            {outcomes.map((outcome) => (
              <th key={outcome} scope="col" className="py-1 pl-4 font-normal">
                {t.workforce.outcomes[outcome]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map((bucket) => (
            <tr key={bucket.at} className="border-t border-line">
              <th scope="row" className="py-0.5 text-left font-mono text-[13px] font-normal">
                {minute(new Date(bucket.at))}
              </th>
              {outcomes.map((outcome) => (
                <td key={outcome} className={`py-0.5 pl-4 ${bucket[outcome] === 0 ? 'text-muted' : ''}`}>
                  {bucket[outcome].toLocaleString('en')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
