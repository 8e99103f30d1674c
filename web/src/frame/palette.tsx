/** ⌘K: go to a screen or to an agent by typing a part of its name. */
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { gql, useQuery } from 'urql'
import { Dialog } from '../parts/dialog.tsx'
import { t } from '../texts.ts'
import { AgentText } from '../parts/agentText.tsx'

/** As many agents as can be told apart at a glance. */
const agentsShown = 8
const pauseMs = 150

const findAgents = gql<
  { agents: { nodes: { id: string; slug: string; displayName: string }[] } },
  { first: number; filter: { text: string } }
>`
  query consolePalette($first: Int!, $filter: AgentFilter) {
    agents(first: $first, filter: $filter) {
      nodes {
        id
        slug
        displayName
      }
    }
  }
`

export interface Place {
  readonly to: '/workforce' | '/agents' | '/approvals' | '/findings' | '/records'
  readonly label: string
}

interface Option {
  readonly key: string
  readonly label: string
  readonly hint: string
  readonly go: () => void
}

export function Palette({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
  const navigate = useNavigate()
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const asked = usePaused(text.trim())
  const [{ data }] = useQuery({
    query: findAgents,
    variables: { first: agentsShown, filter: { text: asked } },
    pause: asked === '',
  })
  const fits = (label: string): boolean => label.toLowerCase().includes(text.trim().toLowerCase())
  const agents = asked === '' ? [] : (data?.agents.nodes ?? [])
  const options: Option[] = [
    ...places
      .filter(({ label }) => fits(label))
      .map(({ to, label }) => ({ key: to, label, hint: t.palette.screen, go: () => void navigate({ to }) })),
    ...agents.map(({ id, slug, displayName }) => ({
      key: id,
      label: displayName,
      hint: slug,
      go: () => void navigate({ to: '/agents/$agentId', params: { agentId: id } }),
    })),
  ]
  const current = Math.min(at, options.length - 1)
  const choose = (option: Option | undefined): void => {
    if (option === undefined) return
    onClose()
    option.go()
  }
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt(Math.min(Math.max(current + step, 0), options.length - 1))
    else if (event.key === 'Enter') choose(options[current])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={t.palette.title} onClose={onClose}>
      <input
        role="combobox"
        aria-label={t.palette.title}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={options.length > 0 ? `${listId}-${current}` : undefined}
        autoFocus
        value={text}
        placeholder={t.palette.hint}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        className="h-9 w-full rounded-md border border-line bg-canvas px-3 placeholder:text-muted"
      />
      <ul id={listId} role="listbox" aria-label={t.palette.title} className="mt-2">
        {options.map((option, index) => (
          <li
            key={option.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            onMouseDown={() => choose(option)}
            className="flex cursor-pointer justify-between gap-3 rounded px-3 py-1.5 aria-selected:bg-raised"
          >
            <span className="truncate">
              <AgentText text={option.label} />
            </span>
            <span className="truncate text-muted">{option.hint}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

/** The text once typing pauses. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
