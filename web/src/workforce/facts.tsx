/** What the window holds besides counts: how fast people answered, what was watched, who joined, changed and left. */
import type { ReactNode } from 'react'
import { t } from '../texts.ts'
import { Change } from './change.tsx'
import type { Lifecycle, Summary } from './documents.ts'
import { spanWords } from './spanWords.ts'

const span = (seconds: number | null): string => (seconds === null ? t.workforce.noTimes : spanWords(seconds))
const percent = (share: number): string => `${Math.floor(share * 1_000) / 10} %`
const points = (share: number): string => t.workforce.points(Math.round(share * 1_000) / 10)

export function Facts({ summary }: { summary: Summary }) {
  const { approvalSla, mttcSeconds, coverage, previous } = summary
  const sla = previous?.approvalSla
  return (
    <section aria-label={t.workforce.sla}>
      <h2 className="mb-2 font-semibold">{t.workforce.sla}</h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 rounded-lg border border-line bg-surface p-4 md:grid-cols-3 xl:grid-cols-5">
        <Fact
          name={t.workforce.p50}
          value={span(approvalSla.p50Seconds)}
          note={t.workforce.ofDecided(approvalSla.decided)}
        >
          <Change now={approvalSla.p50Seconds} before={sla?.p50Seconds} better="less" words={spanWords} />
        </Fact>
        <Fact
          name={t.workforce.p95}
          value={span(approvalSla.p95Seconds)}
          note={t.workforce.ofDecided(approvalSla.decided)}
        >
          <Change now={approvalSla.p95Seconds} before={sla?.p95Seconds} better="less" words={spanWords} />
        </Fact>
        <Fact
          name={t.workforce.breached}
          value={String(approvalSla.breached)}
          note={t.workforce.ofSettled(approvalSla.breached + approvalSla.decided)}
        >
          <Change now={approvalSla.breached} before={sla?.breached} better="less" />
        </Fact>
        <Fact name={t.workforce.mttc} value={span(mttcSeconds)} note={t.workforce.mttcNote}>
          <Change now={mttcSeconds} before={previous?.mttcSeconds} better="less" words={spanWords} />
        </Fact>
        <Fact
          name={t.workforce.coverage}
          value={coverage.share === null ? t.workforce.noActive : percent(coverage.share)}
          note={t.workforce.coverageNote(coverage.covered, coverage.active)}
        >
          <Change now={coverage.share} before={previous?.coverage.share} better="more" words={points} />
        </Fact>
      </dl>
    </section>
  )
}

function Fact({ name, value, note, children }: { name: string; value: string; note: string; children: ReactNode }) {
  return (
    <div className="print:break-inside-avoid">
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd>
        <span className="font-medium">{value}</span>
        <span className="block text-[12px] text-muted">{note}</span>
        {children}
      </dd>
    </div>
  )
}

const changes = [
  ['joiners', ['registered', 'movedIn']],
  ['movers', ['movedWithin', 'restricted', 'frozen', 'quarantined', 'reinstated']],
  ['leavers', ['movedOut', 'revoked']],
] as const satisfies readonly (readonly [string, readonly (keyof Lifecycle)[]])[]

export function Lifecycles({ summary: { lifecycle, previous } }: { summary: Summary }) {
  return (
    <section aria-label={t.workforce.lifecycle} className="min-w-0">
      <h2 className="mb-2 font-semibold">{t.workforce.lifecycle}</h2>
      <div className="grid gap-x-8 gap-y-3 rounded-lg border border-line bg-surface p-4 sm:grid-cols-3">
        {changes.map(([group, acts]) => (
          <dl key={group} className="min-w-0">
            <dt className="mb-1 text-[12.5px] text-muted">{t.workforce.lifecycleGroups[group]}</dt>
            {acts.map((act) => (
              <dd key={act} className="flex items-baseline gap-2">
                <span className="w-8 text-right font-medium tabular-nums">{lifecycle[act]}</span>
                <span className="min-w-0 flex-1">{t.workforce.acts[act]}</span>
                {previous !== undefined && (
                  <span className="text-[12px] whitespace-nowrap text-muted">
                    {t.workforce.was(previous.lifecycle[act])}
                  </span>
                )}
              </dd>
            ))}
          </dl>
        ))}
      </div>
    </section>
  )
}
