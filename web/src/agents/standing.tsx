/** Freezing and reinstating: the button that says why not, and the dialog that asks why. */
import { useState } from 'react'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ReasonField } from '../parts/reasonField.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { freezeAgent, reinstateAgent, type StatusChanged, type ViewerAct } from './documents.ts'

export interface StandingSubject {
  readonly id: string
  readonly displayName: string
  readonly status: string
  readonly viewerActs: readonly ViewerAct[]
}

const acts = {
  FREEZE: {
    document: freezeAgent,
    button: t.agents.freeze,
    title: t.agents.freezeTitle,
    effect: t.agents.freezeEffect,
    confirm: t.agents.confirmFreeze,
    done: t.agents.frozen,
    look: 'danger',
  },
  REINSTATE: {
    document: reinstateAgent,
    button: t.agents.reinstate,
    title: t.agents.reinstateTitle,
    effect: t.agents.reinstateEffect,
    confirm: t.agents.confirmReinstate,
    done: t.agents.reinstated,
    look: 'primary',
  },
} as const

export type StandingAct = keyof typeof acts

/** What one would want of an agent in this standing: to stop a working one, to bring a stopped one back. */
export function actFor(status: string): StandingAct {
  return status === 'ACTIVE' || status === 'RESTRICTED' ? 'FREEZE' : 'REINSTATE'
}

export function StandingButton({ agent, onOpen }: { agent: StandingSubject; onOpen: (act: StandingAct) => void }) {
  const act = actFor(agent.status)
  const rule = agent.viewerActs.find((each) => each.act === act)
  const why = rule?.allowed === true ? null : (rule?.because ?? t.agents.notAllowed)
  return (
    <Button
      size="small"
      why={why}
      aria-label={`${acts[act].button} ${agent.displayName}`}
      onClick={(event) => {
        event.stopPropagation()
        onOpen(act)
      }}
    >
      {acts[act].button}
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
  const { document, title, effect, confirm, done, look } = acts[act]
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const [state, run] = useAct(document, changed)
  const missing = reason.trim() === ''
  const send = async (): Promise<void> => {
    setAsked(true)
    if (missing || state.state === 'recording' || state.state === 'done') return
    await run({ input: { agentId: agent.id, reason: reason.trim() } })
  }
  return (
    <Dialog title={title(agent.displayName)} onClose={onClose} onConfirm={() => void send()}>
      {state.state === 'done' ? (
        <>
          <RecordedNote words={done} seq={state.result.receipt.seq} />
          <Button className="mt-4" onClick={onClose} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          <p className="mb-4 text-muted">{effect}</p>
          <ReasonField
            label={t.agents.reason}
            value={reason}
            onValue={setReason}
            problem={asked && missing ? t.agents.reasonNeeded : null}
          />
          {state.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={state.failure} />
            </div>
          )}
          <div className="mt-4 flex items-center gap-3">
            <Button look={look} busy={state.state === 'recording'} onClick={() => void send()}>
              {confirm}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
            <span className="text-[12.5px] text-muted">{t.approvals.confirmHint}</span>
          </div>
        </>
      )}
    </Dialog>
  )
}
