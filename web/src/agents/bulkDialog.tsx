/**
 * One act on many agents: first how many it touches and why not the others, then
 * the reason; for the act that nothing undoes the count is typed. Begun only
 * for the number that is shown.
 */
import { useEffect, useState } from 'react'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ReasonField } from '../parts/reasonField.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { planStandings, startStandings, type ChangeInput, type Plan, type Started } from './bulkDocuments.ts'
import { ConfirmField, lookOf, type StandingAct } from './standing.tsx'

interface Props {
  act: StandingAct
  target: Pick<ChangeInput, 'agentIds' | 'filter'>
  onClose: () => void
  /** Told when the dialog is closed: what was begun goes on by itself. */
  onStarted: (bulkActId: string) => void
}

const planned = (data: { planned: Plan | RefusedResult }): Plan | RefusedResult => data.planned
const begun = (data: { started: Started | RefusedResult }): Started | RefusedResult => data.started

export function BulkDialog({ act, target, onClose, onStarted }: Props) {
  const [plan, count] = useAct(planStandings, planned)
  const [state, run] = useAct(startStandings, begun)
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const look = (): void => void count({ input: { act, ...target, dryRun: true } })
  useEffect(look, [])
  const found = plan.state === 'done' ? plan.result : null
  const missing = reason.trim() === ''
  const unlike = act === 'REVOKE' && typed.trim() !== String(found?.count)
  const send = async (): Promise<void> => {
    setAsked(true)
    if (found === null || found.possible === 0 || missing || unlike) return
    if (state.state === 'recording' || state.state === 'done') return
    const answer = await run({ input: { act, ...target, reason: reason.trim(), expectedCount: found.count } })
    // The number is another by now: it is counted again beside the refusal.
    if (answer.state === 'refused' && answer.failure.code === 'COUNT_CHANGED') look()
  }
  const close = (): void => {
    onClose()
    if (state.state === 'done') onStarted(state.result.bulkAct.id)
  }
  const why = found === null ? t.bulk.counting : found.possible === 0 ? t.bulk.none : null
  return (
    <Dialog
      title={t.bulk.title[act](found?.count ?? target.agentIds?.length ?? 0)}
      onClose={close}
      onConfirm={() => void send()}
    >
      {state.state === 'done' ? (
        <>
          <RecordedNote words={t.bulk.began} seq={state.result.receipt.seq} />
          <Button className="mt-4" onClick={close} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          <p className="mb-3 text-muted">{t.standing.effect[act]}</p>
          {plan.state === 'refused' && <FailureNote failure={plan.failure} onRetry={look} />}
          <div role="status" className="mb-4">
            {found === null ? plan.state !== 'refused' && t.bulk.counting : <PlanWords plan={found} act={act} />}
          </div>
          <ReasonField
            label={t.standing.reason}
            value={reason}
            onValue={setReason}
            problem={asked && missing ? t.standing.reasonNeeded : null}
          />
          {act === 'REVOKE' && found !== null && (
            <ConfirmField
              label={t.bulk.typeCount(found.count)}
              value={typed}
              onValue={setTyped}
              problem={asked && unlike ? t.bulk.typeCountWhy : null}
            />
          )}
          {state.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={state.failure} />
            </div>
          )}
          <div className="mt-4 flex items-center gap-3">
            <Button look={lookOf(act)} why={why} busy={state.state === 'recording'} onClick={() => void send()}>
              {t.standing.word[act]}
            </Button>
            <Button onClick={close}>{t.cancel}</Button>
            <span className="text-[12.5px] text-muted">{t.approvals.confirmHint}</span>
          </div>
        </>
      )}
    </Dialog>
  )
}

function PlanWords({ plan, act }: { plan: Plan; act: StandingAct }) {
  return (
    <>
      <p className="font-medium">{t.bulk.touches(plan.possible, plan.count)}</p>
      {act === 'REVOKE' && plan.liveKeys > 0 && <p>{t.bulk.keys(plan.liveKeys)}</p>}
      <p className="text-muted">{t.bulk.each}</p>
      {plan.excluded.length > 0 && (
        <section className="mt-3 rounded-md border border-line px-3 py-2">
          <h3 className="font-medium">{t.bulk.excluded}</h3>
          <ul className="mt-1 grid gap-1.5">
            {plan.excluded.map(({ message, count, agents }) => (
              <li key={message}>
                <strong>{count}</strong>: {message}
                <span className="block text-[12.5px] text-muted">
                  <AgentText text={agents.map(({ displayName }) => displayName).join(', ')} />
                  {count > agents.length && ` ${t.bulk.excludedMore(count - agents.length)}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
