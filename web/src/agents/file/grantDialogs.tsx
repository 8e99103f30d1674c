/** Giving an agent access, and taking it back: each says what it does and ends with the receipt's number. */
import { useState, type ReactNode } from 'react'
import type { Act } from '../../graph/useAct.ts'
import { useAct } from '../../graph/useAct.ts'
import { Button } from '../../parts/button.tsx'
import { Select } from '../../parts/select.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { FailureNote, RecordedNote } from '../../parts/states.tsx'
import { t } from '../../texts.ts'
import type { AgentFile } from '../agentFile.ts'
import { changedGrant, grantAccess, revokeGrant, type GrantChanged } from './documents.ts'

const dayMs = 24 * 3_600_000
const spans = ['30', '90', '365', ''] as const

interface FrameProps {
  title: string
  act: Act<GrantChanged>
  done: string
  confirm: string
  danger?: boolean
  onSend: () => void
  onClose: () => void
  children: ReactNode
}

function ActDialog({ title, act, done, confirm, danger = false, onSend, onClose, children }: FrameProps) {
  const send = (): void => {
    if (act.state !== 'recording' && act.state !== 'done') onSend()
  }
  return (
    <Dialog title={title} onClose={onClose} onConfirm={send}>
      {act.state === 'done' ? (
        <>
          <RecordedNote words={done} seq={act.result.receipt.seq} />
          <Button className="mt-4" onClick={onClose} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          {children}
          {act.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={act.failure} />
            </div>
          )}
          <div className="mt-4 flex items-center gap-3">
            <Button look={danger ? 'danger' : 'primary'} busy={act.state === 'recording'} onClick={send}>
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

export function GiveDialog({ agent, onClose }: { agent: AgentFile; onClose: () => void }) {
  const [tool, setTool] = useState('')
  const [action, setAction] = useState('')
  const [days, setDays] = useState<string>('90')
  const [asked, setAsked] = useState(false)
  const [act, run] = useAct(grantAccess, changedGrant)
  const missing = tool.trim() === ''
  const send = (): void => {
    setAsked(true)
    if (missing) return
    const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString()
    void run({ input: { agentId: agent.id, tool: tool.trim(), action: action.trim() || null, expiresAt } })
  }
  return (
    <ActDialog
      title={t.file.giveTitle(agent.displayName)}
      act={act}
      done={t.file.gave}
      confirm={t.file.confirmGive}
      onSend={send}
      onClose={onClose}
    >
      <p className="mb-4 text-muted">{t.file.giveHint}</p>
      <div className="grid gap-3">
        <Field
          label={t.file.tool}
          value={tool}
          onValue={setTool}
          problem={asked && missing ? t.file.toolNeeded : null}
        />
        <Field label={t.file.action} value={action} onValue={setAction} hint={t.file.everyAction} problem={null} />
        <Select
          label={t.file.until}
          value={days}
          options={spans.map((value) => ({
            value,
            label: value === '' ? t.file.untilRevoked : t.file.days(Number(value)),
          }))}
          onValue={setDays}
        />
      </div>
    </ActDialog>
  )
}

interface FieldProps {
  label: string
  value: string
  onValue: (value: string) => void
  hint?: string
  problem: string | null
}

function Field({ label, value, onValue, hint, problem }: FieldProps) {
  return (
    <label className="block">
      <span className="mb-1 block font-medium">{label}</span>
      <input
        value={value}
        maxLength={200}
        placeholder={hint}
        aria-invalid={problem !== null}
        onChange={(event) => onValue(event.target.value)}
        className="h-9 w-full rounded-md border border-line bg-canvas px-3 font-mono text-[13px]"
      />
      {problem !== null && (
        <span role="alert" className="mt-1 block text-bad">
          {problem}
        </span>
      )}
    </label>
  )
}

export function RevokeDialog({ grantId, name, onClose }: { grantId: string; name: string; onClose: () => void }) {
  const [act, run] = useAct(revokeGrant, changedGrant)
  return (
    <ActDialog
      title={t.file.revokeTitle(name)}
      act={act}
      done={t.file.tookBack}
      confirm={t.file.confirmRevoke}
      danger
      onSend={() => void run({ input: { grantId } })}
      onClose={onClose}
    >
      <p className="text-muted">{t.file.revokeEffect}</p>
    </ActDialog>
  )
}
