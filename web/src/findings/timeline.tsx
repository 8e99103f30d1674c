/** What happened, told by receipts: every line opens its own. */
import { AgentText } from '../parts/agentText.tsx'
import { ReceiptHere, useOpenReceipt } from '../parts/receiptDrawer.tsx'
import { Stamp } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { Line } from './documents.ts'

/** @param withFindings names the finding of a line: an incident has several. */
export function Timeline({ lines, withFindings = false }: { lines: readonly Line[]; withFindings?: boolean }) {
  const open = useOpenReceipt()
  return (
    <section aria-label={t.findings.timeline}>
      <h3 className="mb-2 font-semibold">{t.findings.timeline}</h3>
      {lines.length === 0 ? (
        <p className="text-muted">{t.findings.noTimeline}</p>
      ) : (
        <ol className="border-l border-line">
          {lines.map((line) => (
            <li
              key={`${line.receipt.id} ${line.event}`}
              onClick={() => open(line.receipt.id)}
              className="relative cursor-pointer py-1.5 pr-1 pl-4 before:absolute before:top-3.5 before:-left-[4.5px] before:size-2 before:rounded-full before:bg-accent hover:bg-raised"
            >
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{wordsOf(line)}</span>
                <span className="text-muted">{whoDid(line)}</span>
                <span className="ml-auto">
                  <ReceiptHere receipt={line.receipt} />
                </span>
              </p>
              {withFindings && line.finding !== null && <p className="text-muted">{line.finding.summary}</p>}
              {line.words !== null && (
                <p className="border-l-2 border-line pl-2 text-muted">
                  <AgentText text={line.words} />
                </p>
              )}
              <p className="text-[12.5px] text-muted">
                <Stamp instant={line.at} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function wordsOf({ event, times, assignee, closeReason }: Line): string {
  if (event === 'SEEN') return t.findings.sightings(times)
  const words = t.findings.events[event]
  if (event === 'FINDING_ASSIGNED')
    return `${words} ${t.findings.to(assignee?.displayName ?? assignee?.email ?? t.findings.nobody)}`
  return closeReason === null ? words : `${words}: ${t.words(closeReason)}`
}

function whoDid({ event, person, actorKind }: Line): string | null {
  if (event === 'SEEN' || event === 'FINDING_OPENED' || event === 'INCIDENT_OPENED' || event === 'FINDING_ADDED')
    return null
  return t.findings.by(person?.displayName ?? person?.email ?? t.findings.actors[actorKind])
}
