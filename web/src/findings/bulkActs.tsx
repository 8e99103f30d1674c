/** What can be done with findings, one or many: taken on, given to somebody, closed. Each gets its own receipt. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { useViewer } from '../frame/viewer.ts'
import { useKeys } from '../frame/keys.tsx'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Menu } from '../parts/menu.tsx'
import { tell, tellFailure } from '../parts/toast.tsx'
import { t } from '../texts.ts'
import { acknowledgeFindings, assignFindings, manyChanged, type FindingsChanged } from './acts.ts'
import { CloseDialog } from './closeDialog.tsx'
import { assigneesQuery } from './documents.ts'

interface Props {
  ids: readonly string[]
  /** Why nothing can be done at all. */
  why: string | null
  /** Why it cannot be taken on, beside that. */
  whyNotTaken?: string | null
  onDone: () => void
}

/** One line for what changed, one for each reason why something did not. */
export function tellChanged({ changed, refused }: FindingsChanged): void {
  if (changed.length > 0) tell(t.findings.changed(changed.length), changed.at(-1)?.receipt.seq)
  const reasons = Map.groupBy(refused, ({ message }) => message)
  for (const [reason, of] of reasons) tell(t.findings.notChanged(of.length, reason))
}

export function BulkActs({ ids, why, whyNotTaken = null, onDone }: Props) {
  const me = useViewer()?.id
  const [isClosing, setIsClosing] = useState(false)
  const [{ data }] = useQuery({
    query: assigneesQuery,
    variables: {},
    pause: why !== null,
    requestPolicy: 'cache-first',
  })
  const [taking, acknowledge] = useAct(acknowledgeFindings, manyChanged)
  const [giving, assign] = useAct(assignFindings, manyChanged)
  const blocked = why ?? (ids.length === 0 ? t.findings.tick : null)
  const settle = async (run: () => ReturnType<typeof acknowledge>): Promise<void> => {
    const act = await run()
    if (act.state === 'refused') tellFailure(act.failure)
    if (act.state !== 'done') return
    tellChanged(act.result)
    onDone()
  }
  const give = (personId: string | null): void => void settle(() => assign({ input: { findingIds: ids, personId } }))
  const people = (data?.findingAssignees ?? []).filter((person) => person !== null)
  useKeys([{ keys: 'c', label: t.findings.close, run: () => blocked === null && setIsClosing(true) }])
  return (
    <>
      {ids.length > 1 && <span className="font-medium text-ink">{t.findings.ticked(ids.length)}</span>}
      <Button
        size="small"
        why={blocked ?? whyNotTaken}
        busy={taking.state === 'recording'}
        onClick={() => void settle(() => acknowledge({ input: { findingIds: ids } }))}
      >
        {t.findings.acknowledge}
      </Button>
      {blocked === null ? (
        <Menu
          label={t.findings.assign}
          size="small"
          align="start"
          groups={[
            {
              entries: [
                ...(me === undefined ? [] : [{ label: t.findings.assignMe, run: () => give(me) }]),
                { label: t.findings.nobody, run: () => give(null) },
              ],
            },
            {
              entries: people
                .filter((person) => person.id !== me)
                .map((person) => ({
                  label: person.displayName ?? person.email ?? person.id,
                  run: () => give(person.id),
                })),
            },
          ]}
        />
      ) : (
        <Button size="small" why={blocked} busy={giving.state === 'recording'}>
          {t.findings.assign}
        </Button>
      )}
      <Button size="small" why={blocked} onClick={() => setIsClosing(true)}>
        {t.findings.close}
      </Button>
      {isClosing && (
        <CloseDialog
          ids={ids}
          onClose={(isDone) => {
            setIsClosing(false)
            if (isDone) onDone()
          }}
        />
      )}
    </>
  )
}
