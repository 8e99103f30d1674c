/** An agent's standing: the button that says why not, and the dialog that asks why. */
import { useId, useState } from 'react'
import { useQuery } from 'urql'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { plainly } from '../parts/hiddenCharacters.ts'
import { ReasonField } from '../parts/reasonField.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import type { ViewerAct } from './documents.ts'
import { standingDocuments, touchedQuery, type StandingAct, type StatusChanged } from './standingDocuments.ts'

export { standingActs, type StandingAct } from './standingDocuments.ts'

export interface StandingSubject {
  readonly id: string
  readonly displayName: string
  readonly status: string
  readonly viewerActs: readonly ViewerAct[]
}

/** Acts that stop something look dangerous; those that bring back do not. */
export const lookOf = (act: StandingAct): 'danger' | 'primary' => (act === 'REINSTATE' ? 'primary' : 'danger')

/** After these nothing that was given is good any more. */
const stopping: ReadonlySet<StandingAct> = new Set(['FREEZE', 'QUARANTINE', 'REVOKE'])

/** What one would want of an agent in this standing: to stop a working one, to bring a stopped one back. */
export function actFor(status: string): StandingAct {
  return status === 'ACTIVE' || status === 'RESTRICTED' ? 'FREEZE' : 'REINSTATE'
}

/** Why the viewer may not do `act` now; null when they may. */
export function whyNot(agent: Pick<StandingSubject, 'viewerActs'>, act: StandingAct): string | null {
  const rule = agent.viewerActs.find((each) => each.act === act)
  return rule?.allowed === true ? null : (rule?.because ?? t.standing.notAllowed)
}

export function StandingButton({ agent, onOpen }: { agent: StandingSubject; onOpen: (act: StandingAct) => void }) {
  const act = actFor(agent.status)
  return (
    <Button
      size="small"
      why={whyNot(agent, act)}
      aria-label={`${t.standing.button[act]} ${plainly(agent.displayName)}`}
      onClick={(event) => {
        event.stopPropagation()
        onOpen(act)
      }}
    >
      {t.standing.button[act]}
    </Button>
  )
}

const changed = (data: { changed: StatusChanged | RefusedResult }): StatusChanged | RefusedResult => data.changed

interface Props {
  agent: StandingSubject
  act: StandingAct
  onClose: () => void
}

export function StandingDialog({ agent, act, onClose }: Props) {
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const [state, run] = useAct(standingDocuments[act], changed)
  const name = plainly(agent.displayName)
  const isFinal = act === 'REVOKE'
  const missing = reason.trim() === ''
  const unlike = isFinal && typed.trim() !== name
  const send = async (): Promise<void> => {
    setAsked(true)
    if (missing || unlike || state.state === 'recording' || state.state === 'done') return
    await run({ input: { agentId: agent.id, reason: reason.trim() } })
  }
  return (
    <Dialog title={t.standing.title[act](agent.displayName)} onClose={onClose} onConfirm={() => void send()}>
      {state.state === 'done' ? (
        <>
          <RecordedNote words={t.standing.done[act]} seq={state.result.receipt.seq} />
          <Button className="mt-4" onClick={onClose} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          <p className="mb-4 text-muted">{t.standing.effect[act]}</p>
          {stopping.has(act) && <Touched agentId={agent.id} />}
          <ReasonField
            label={t.standing.reason}
            value={reason}
            onValue={setReason}
            problem={asked && missing ? t.standing.reasonNeeded : null}
          />
          {isFinal && (
            <ConfirmField
              label={t.standing.typeName(name)}
              value={typed}
              onValue={setTyped}
              problem={asked && unlike ? t.standing.typeNameWhy : null}
            />
          )}
          {state.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={state.failure} />
            </div>
          )}
          <div className="mt-4 flex items-center gap-3">
            <Button look={lookOf(act)} busy={state.state === 'recording'} onClick={() => void send()}>
              {t.standing.word[act]}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
            <span className="text-[12.5px] text-muted">{t.approvals.confirmHint}</span>
          </div>
        </>
      )}
    </Dialog>
  )
}

/** What is under way and ends with the act, counted when the dialog opens; said also when it may not be seen. */
function Touched({ agentId }: { agentId: string }) {
  const [{ data, fetching }] = useQuery({
    query: touchedQuery,
    variables: { id: agentId },
    requestPolicy: 'network-only',
  })
  const { underWay = null, grants = null } = data?.agent ?? {}
  return (
    <p role="status" className="mb-4 rounded-md border border-line bg-canvas px-3 py-2">
      {fetching
        ? t.standing.counting
        : underWay === null
          ? t.standing.touchedHidden
          : t.standing.touches(underWay.openPermits, underWay.pendingApprovals, grants?.length ?? null)}
    </p>
  )
}

interface ConfirmProps {
  label: string
  value: string
  onValue: (value: string) => void
  problem: string | null
}

/** The second step of an act that nothing undoes: what it concerns is typed. */
export function ConfirmField({ label, value, onValue, problem }: ConfirmProps) {
  const problemId = useId()
  return (
    <label className="mt-3 block">
      <span className="mb-1 block font-medium">{label}</span>
      <input
        value={value}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => onValue(event.target.value)}
        className="h-9 w-full rounded-md border border-line bg-canvas px-3"
      />
      {problem !== null && (
        <span id={problemId} role="alert" className="mt-1 block text-bad">
          {problem}
        </span>
      )}
    </label>
  )
}
