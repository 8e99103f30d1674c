/** What is hashed, shown whole, and the hashes over it: pinned beside recomputed. */
import type { ReactNode } from 'react'
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import { AgentText } from '../parts/agentText.tsx'
import { CopyButton } from '../parts/copyButton.tsx'
import { Hash } from '../parts/hash.tsx'
import { t } from '../texts.ts'
import type { PinnedApproval, PinVerdict } from './pins.ts'

interface Props {
  approval: PinnedApproval
  pins: PinVerdict
}

export function Bytes({ approval, pins }: Props) {
  if (pins.state === 'unseen') return null
  return (
    <>
      <Canonical title={t.approvals.payload} fields={pins.payload} text={approval.canonicalPayload ?? ''} open />
      <Canonical title={t.approvals.occasion} fields={pins.action} text={approval.canonicalAction ?? ''} />
    </>
  )
}

interface CanonicalProps {
  title: string
  fields: JsonObject | null
  text: string
  open?: boolean
}

/** The fields of an object one by one, then its canonical text exactly as hashed. */
function Canonical({ title, fields, text, open = false }: CanonicalProps) {
  return (
    <details open={open} className="mb-3 rounded-lg border border-line bg-surface">
      <summary className="px-4 py-2.5 font-semibold">{title}</summary>
      {fields !== null && (
        <dl className="border-t border-line px-4 py-2">
          {Object.entries(fields).map(([name, value]) => (
            <div key={name} className="grid grid-cols-[9rem_minmax(0,1fr)] gap-3 py-1">
              <dt className="font-mono text-[13px] text-muted">
                <AgentText text={name} />
              </dt>
              <dd className="font-mono text-[13px] whitespace-pre-wrap">
                <AgentText text={shown(value)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="border-t border-line px-4 py-2">
        <p className="flex items-center gap-1 text-[12.5px] text-muted">
          {t.approvals.bytes} <CopyButton text={text} what={t.copy.text} />
        </p>
        <p className="font-mono text-[13px] whitespace-pre-wrap">
          <AgentText text={text} />
        </p>
      </div>
    </details>
  )
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

export function Pins({ approval, pins }: Props) {
  if (pins.state === 'unseen') {
    return <Verdict good={false}>{t.approvals.noBytes}</Verdict>
  }
  const rows = [
    { name: t.approvals.payloadHash, pinned: approval.payloadHash, here: pins.payloadHash },
    { name: t.approvals.actionHash, pinned: approval.actionHash, here: pins.actionHash },
  ]
  return (
    <section aria-label={t.approvals.pins} className="rounded-lg border border-line bg-surface">
      <table className="w-full text-left">
        <thead>
          <tr className="border-b border-line text-[12.5px] text-muted">
            <th scope="col" className="px-4 py-2 font-normal">
              {t.approvals.pins}
            </th>
            <th scope="col" className="px-2 py-2 font-normal">
              {t.approvals.pinned}
            </th>
            <th scope="col" className="px-2 py-2 font-normal">
              {t.approvals.recomputed}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, pinned, here }) => (
            <tr key={name} className="align-top">
              <th scope="row" className="px-4 py-2 font-medium whitespace-nowrap">
                {name}
              </th>
              <td className="px-2 py-2">
                <Hash text={pinned} whole />
              </td>
              <td className={`px-2 py-2 ${here === pinned ? 'text-good' : 'text-bad'}`}>
                <Hash text={here} whole />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Verdict good={pins.state === 'agree'}>
        {pins.state === 'agree' ? t.approvals.agree : t.approvals.disagree}
        {pins.failed.length > 0 && (
          <ul className="mt-1 list-disc pl-5 font-normal">
            {pins.failed.map((check) => (
              <li key={check}>{t.approvals.checks[check]}</li>
            ))}
          </ul>
        )}
      </Verdict>
    </section>
  )
}

function Verdict({ good, children }: { good: boolean; children: ReactNode }) {
  return (
    <div
      role={good ? 'status' : 'alert'}
      className={`border-t border-line px-4 py-2.5 font-medium ${good ? 'text-good' : 'bg-bad-soft text-bad'}`}
    >
      {children}
    </div>
  )
}
