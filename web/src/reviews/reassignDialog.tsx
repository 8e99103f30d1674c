/** Handing an item over: to who stands behind the reviewer, or to a person in sight who did not give the grant. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { useHasCapability } from '../frame/viewer.ts'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Select } from '../parts/select.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { peopleQuery, reassignItem, type Changed, type ReviewItem } from './documents.ts'
import { personWords } from './people.ts'
import { grantWords } from './useVerdicts.ts'

type Reassigned = Changed<'ReviewItemReassigned'>
const picked = (data: { changed: Reassigned | RefusedResult }): Reassigned | RefusedResult => data.changed
const peopleShown = 500

interface Props {
  item: ReviewItem
  viewerId: string | undefined
  onClose: () => void
  onDone: (seq: string) => void
}

export function ReassignDialog({ item, viewerId, onClose, onDone }: Props) {
  const mayList = useHasCapability('people:read')
  const [{ data }] = useQuery({
    query: peopleQuery,
    variables: { first: peopleShown, filter: { status: 'ACTIVE' } },
    pause: !mayList,
  })
  const [act, run] = useAct(reassignItem, picked)
  const others = (data?.people.nodes ?? []).filter(
    ({ id }) => id !== item.reviewerId && id !== item.grantedBy && id !== item.fallbackId,
  )
  const options = [
    ...(item.fallbackId === null
      ? []
      : [
          {
            value: item.fallbackId,
            label: t.reviews.fallback(personWords(item.fallbackId, item.fallback, viewerId)),
          },
        ]),
    ...others.map((person) => ({ value: person.id, label: personWords(person.id, person, viewerId) })),
  ]
  const [chosen, setChosen] = useState<string | null>(null)
  const to = chosen ?? options[0]?.value ?? null
  const busy = act.state === 'recording'
  const confirm = async (): Promise<void> => {
    if (busy || to === null) return
    const next = await run({ input: { itemId: item.id, reviewerId: to, expectedVersion: item.version } })
    if (next.state === 'done') onDone(next.result.receipt.seq)
  }
  return (
    <Dialog title={t.reviews.reassignTitle} onClose={onClose} onConfirm={() => void confirm()}>
      <p className="mb-4 font-mono text-[13px] break-all">{grantWords(item)}</p>
      {options.length === 0 ? (
        <p className="text-muted">{t.reviews.nobody}</p>
      ) : (
        <Select label={t.reviews.to} value={to ?? ''} options={options} onValue={setChosen} />
      )}
      {act.state === 'refused' && (
        <div className="mt-3">
          <FailureNote failure={act.failure} />
        </div>
      )}
      <div className="mt-4 flex gap-3">
        <Button look="primary" busy={busy} why={to === null ? t.reviews.nobody : null} onClick={() => void confirm()}>
          {t.reviews.handOver}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
      </div>
    </Dialog>
  )
}
