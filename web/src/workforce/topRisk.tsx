/** The riskiest agents, each with its score, where it came from since the window began, and its file. */
import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agentText.tsx'
import { t } from '../texts.ts'
import type { Summary } from './documents.ts'

export function TopRisk({ topRisk }: { topRisk: Summary['topRisk'] }) {
  return (
    <section aria-label={t.workforce.topRisk} className="min-w-0 rounded-lg border border-line bg-surface">
      <h2 className="flex h-9 items-center border-b border-line px-4 font-semibold">{t.workforce.topRisk}</h2>
      <ol>
        {topRisk.length === 0 && <li className="px-4 py-3 text-muted">{t.workforce.noRisk}</li>}
        {topRisk.map(({ agent, risk, previous }, at) => (
          <li
            key={agent?.id ?? at}
            className="flex h-(--row) items-center gap-3 border-b border-line px-4 last:border-0"
          >
            <span className="min-w-0 flex-1 truncate">
              {agent === null ? (
                t.none
              ) : (
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: agent.id }}
                  className="hover:text-accent hover:underline"
                >
                  <AgentText text={agent.displayName} />
                </Link>
              )}
            </span>
            <Bar risk={risk} />
            <span className="w-8 text-right font-medium tabular-nums">{Math.round(risk)}</span>
            <Trend risk={risk} previous={previous} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Trend({ risk, previous }: { risk: number; previous: number | null }) {
  const difference = previous === null ? null : Math.round(risk) - Math.round(previous)
  const look = 'w-12 text-right text-[12px] tabular-nums whitespace-nowrap'
  if (difference === null) return <span className={`${look} text-muted`}>{t.workforce.trend.new}</span>
  if (difference === 0) return <span className={`${look} text-muted`}>{t.workforce.trend.same}</span>
  return (
    <span
      className={`${look} ${difference > 0 ? 'text-bad' : 'text-good'}`}
      title={t.workforce.trend.from(Math.round(previous ?? 0))}
    >
      <span className="sr-only">{difference > 0 ? t.workforce.trend.up : t.workforce.trend.down}</span>
      <span aria-hidden>{difference > 0 ? '▲' : '▼'}</span> {Math.abs(difference)}
    </span>
  )
}

/** The score as a length; the number beside it says the same, so this one is for the eye alone. */
function Bar({ risk }: { risk: number }) {
  const tone = risk >= 70 ? 'fill-bad' : risk >= 40 ? 'fill-warn' : 'fill-muted'
  return (
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden className="h-1.5 w-20 max-sm:hidden print:hidden">
      <rect width="100" height="8" className="fill-raised" />
      <rect width={risk} height="8" className={tone} />
    </svg>
  )
}
