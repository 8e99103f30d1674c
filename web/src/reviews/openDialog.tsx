/** Opening a review: its name, whose agents, until when, and what happens to what nobody certifies. */
import { useId, useState } from 'react'
import { useQuery } from 'urql'
import { unitsQuery } from '../agents/documents.ts'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Select } from '../parts/select.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/states.tsx'
import { tell } from '../parts/toast.tsx'
import { t } from '../texts.ts'
import { openReview, type MissedPolicy, type Opened } from './documents.ts'

const weeksUsual = 2
const policies = ['REVOKE', 'KEEP'] as const satisfies readonly MissedPolicy[]
const picked = (data: { opened: Opened | RefusedResult }): Opened | RefusedResult => data.opened

/** The end of a day two weeks from now, as a date field has it. */
function usualDay(): string {
  return new Date(Date.now() + weeksUsual * 7 * 86_400_000).toISOString().slice(0, 10)
}

export function OpenDialog({ onClose, onOpened }: { onClose: () => void; onOpened: (id: string) => void }) {
  const [name, setName] = useState('')
  const [unit, setUnit] = useState('')
  const [day, setDay] = useState(usualDay)
  const [missed, setMissed] = useState<MissedPolicy>('REVOKE')
  const [{ data }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const [act, run] = useAct(openReview, picked)
  const [nameId, dayId] = [useId(), useId()]
  const busy = act.state === 'recording'
  const isWhole = name.trim() !== '' && day !== ''
  const confirm = async (): Promise<void> => {
    if (busy || !isWhole) return
    const dueAt = new Date(`${day}T23:59:59`).toISOString()
    const next = await run({
      input: { name: name.trim(), orgUnit: unit === '' ? null : unit, dueAt, missedPolicy: missed },
    })
    if (next.state !== 'done') return
    tell(t.reviews.opened, next.result.receipt.seq)
    onClose()
    onOpened(next.result.review.id)
  }
  const field = 'h-9 rounded-md border border-line bg-canvas px-3'
  return (
    <Dialog title={t.reviews.openTitle} onClose={onClose} onConfirm={() => void confirm()}>
      <p className="mb-4 text-muted">{t.reviews.openLead}</p>
      <div className="flex flex-col gap-4">
        <label htmlFor={nameId} className="flex flex-col gap-1 font-medium">
          {t.reviews.name}
          <input
            id={nameId}
            autoFocus
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
            className={`${field} font-normal`}
          />
        </label>
        <Select
          label={t.reviews.scope}
          value={unit}
          options={[
            { value: '', label: t.reviews.everything },
            ...(data?.orgUnits ?? []).map(({ id, name: unitName, path }) => ({
              value: id,
              label: `${'\u2003'.repeat(path.length - 1)}${unitName}`,
            })),
          ]}
          onValue={setUnit}
        />
        <label htmlFor={dayId} className="flex items-center gap-2 text-muted">
          {t.reviews.due}
          <input
            id={dayId}
            type="date"
            value={day}
            onChange={(event) => setDay(event.target.value)}
            className={`${field} text-ink`}
          />
        </label>
        <Select
          label={t.reviews.missed}
          value={missed}
          options={policies.map((value) => ({ value, label: t.reviews.missedPolicies[value] ?? value }))}
          onValue={(value) => setMissed(policies.find((each) => each === value) ?? missed)}
        />
        {act.state === 'refused' && <FailureNote failure={act.failure} />}
      </div>
      <div className="mt-5 flex gap-3">
        <Button look="primary" busy={busy} why={isWhole ? null : t.reviews.name} onClick={() => void confirm()}>
          {t.reviews.openConfirm}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
      </div>
    </Dialog>
  )
}
