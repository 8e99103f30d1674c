/** Registering an agent: who answers for it, where it belongs, and its key, shown once. */
import { useState, type ReactNode } from 'react'
import { gql, useQuery } from 'urql'
import { riskTiers, type RiskTier } from '../frame/vocabulary.ts'
import { useViewer } from '../frame/viewer.ts'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { CopyButton } from '../parts/copyButton.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Select } from '../parts/select.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { unitsQuery } from './documents.ts'

interface Registered {
  __typename: 'AgentRegistered'
  agent: { id: string }
  apiKey: string
  receipt: { id: string; seq: string }
}

const registerAgent = gql<{ registered: Registered | RefusedResult }, { input: object }>`
  mutation consoleRegisterAgent($input: RegisterAgentInput!) {
    registered: registerAgent(input: $input) {
      __typename
      ... on AgentRegistered {
        agent {
          id
        }
        apiKey
        receipt {
          id
          seq
        }
      }
      ... on Refused {
        code
        message
      }
    }
  }
`
const registered = (data: { registered: Registered | RefusedResult }): Registered | RefusedResult => data.registered

const texts = ['slug', 'displayName', 'ownerEmail', 'environment', 'model', 'purpose'] as const
type TextName = (typeof texts)[number]
const blank = { slug: '', displayName: '', environment: 'production', model: '', purpose: '' }
const needed: readonly TextName[] = ['slug', 'displayName', 'ownerEmail']

/** `crm.read, mail.send` as grants of every action of each tool, one a tool. */
function grantsOf(tools: string): { tool: string }[] {
  const named = tools.split(/[\s,]+/).filter((tool) => tool !== '')
  return [...new Set(named)].map((tool) => ({ tool }))
}

interface Props {
  onClose: () => void
  onDone: () => void
}

export function RegisterDialog({ onClose, onDone }: Props) {
  const viewer = useViewer()
  const [{ data }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const [typed, setTyped] = useState<Partial<Record<TextName, string>>>({})
  // Whoever registers answers for it unless another is named; who that is may be known only after the dialog is open.
  const given: Record<TextName, string> = { ...blank, ownerEmail: viewer?.email ?? '', ...typed }
  const [tools, setTools] = useState('')
  const [team, setTeam] = useState('')
  const [tier, setTier] = useState<RiskTier>('MEDIUM')
  const [asked, setAsked] = useState(false)
  const [state, run] = useAct(registerAgent, registered)
  const teams = (data?.orgUnits ?? []).filter(({ kind }) => kind === 'TEAM')
  const isMissing = (name: TextName): boolean => needed.includes(name) && given[name].trim() === ''
  const send = async (): Promise<void> => {
    setAsked(true)
    if (needed.some(isMissing) || team === '' || state.state === 'recording' || state.state === 'done') return
    const rest = Object.fromEntries(Object.entries(given).filter(([, text]) => text.trim() !== ''))
    const answer = await run({ input: { ...rest, teamId: team, riskTier: tier, grants: grantsOf(tools) } })
    if (answer.state === 'done') onDone()
  }
  if (state.state === 'done') {
    return (
      <Dialog title={t.register.title} onClose={onClose}>
        <RecordedNote words={t.register.done} seq={state.result.receipt.seq} />
        <p className="mt-4 font-medium">{t.register.key}</p>
        <p className="mt-1 flex items-center gap-2 rounded-md border border-line bg-canvas px-3 py-2">
          <code className="font-mono text-[12.5px] break-all">{state.result.apiKey}</code>
          <CopyButton text={state.result.apiKey} what={t.register.copyKey} />
        </p>
        <Button className="mt-4" look="primary" onClick={onClose}>
          {t.register.keptIt}
        </Button>
      </Dialog>
    )
  }
  return (
    <Dialog title={t.register.title} onClose={onClose} onConfirm={() => void send()}>
      <div className="grid gap-3">
        {texts.map((name, at) => (
          <Field
            key={name}
            label={t.register.fields[name]}
            hint={name === 'slug' ? t.register.slugHint : null}
            problem={asked && isMissing(name) ? t.register.needed : null}
          >
            <input
              value={given[name]}
              autoFocus={at === 0}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              className="h-9 w-full rounded-md border border-line bg-canvas px-3"
            />
          </Field>
        ))}
        <Field label={t.register.tools} hint={t.register.toolsHint} problem={null}>
          <input
            value={tools}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTools(event.target.value)}
            className="h-9 w-full rounded-md border border-line bg-canvas px-3 font-mono text-[13px]"
          />
        </Field>
        <div className="flex flex-wrap gap-4">
          <Select
            label={t.register.team}
            value={team}
            options={[
              { value: '', label: t.register.choose },
              ...teams.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onValue={setTeam}
          />
          <Select
            label={t.register.tier}
            value={tier}
            options={riskTiers.map((value) => ({ value, label: t.words(value) }))}
            onValue={setTier}
          />
        </div>
        {asked && team === '' && (
          <p role="alert" className="text-bad">
            {t.register.team} {t.register.needed}
          </p>
        )}
        <p className="text-muted">
          {grantsOf(tools).length === 0 ? t.register.denied : t.register.granted(grantsOf(tools).length)}
        </p>
        {state.state === 'refused' && <FailureNote failure={state.failure} />}
      </div>
      <div className="mt-4 flex gap-3">
        <Button look="primary" busy={state.state === 'recording'} onClick={() => void send()}>
          {t.register.submit}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
      </div>
    </Dialog>
  )
}

interface FieldProps {
  label: string
  hint: string | null
  problem: string | null
  children: ReactNode
}

function Field({ label, hint, problem, children }: FieldProps) {
  return (
    <label className="block">
      <span className="mb-1 block font-medium">
        {label} {hint !== null && <span className="text-[12.5px] font-normal text-muted">{hint}</span>}
        {problem !== null && (
          <span role="alert" className="text-[13px] font-normal text-bad">
            {problem}
          </span>
        )}
      </span>
      {children}
    </label>
  )
}
