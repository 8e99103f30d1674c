/**
 * ⌘K: everything that has a name. Screens, saved views, agents, approvals that
 * wait, open findings, and what can be done on this page right now.
 */
import { useEffect, useId, useState, type KeyboardEvent, type RefObject } from 'react'
import { useRouter } from '@tanstack/react-router'
import { AgentText } from '../parts/agentText.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { t } from '../texts.ts'
import { useListedKeys } from './keys.tsx'
import { usePaletteThings } from './paletteThings.ts'

/** As many of one kind as can be told apart at a glance. */
const shownOfEach = 6
const pauseMs = 150

interface Option {
  readonly key: string
  readonly label: string
  readonly hint: string
  /** Why it cannot be done now. */
  readonly why?: string | null
  readonly go: () => void
}

interface Props {
  /** What was typed before the palette was there to take it. */
  early: RefObject<string>
  onClose: () => void
}

export default function Palette({ early, onClose }: Props) {
  const router = useRouter()
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const keys = useListedKeys()
  const { things, isAsking } = usePaletteThings(usePaused(text.trim()))
  const looked = text.trim().toLowerCase()
  const fits = (label: string): boolean => label.toLowerCase().includes(looked)
  const acts: Option[] = keys
    .filter(({ reach }) => reach === 'screen')
    .flatMap(({ bindings }) => bindings.filter(({ isQuiet = false }) => !isQuiet))
    .map(({ keys: key, label, run, why }) => ({
      key: `key ${key}`,
      label,
      hint: `${t.palette.here} · ${key}`,
      why: why ?? null,
      go: run,
    }))
  const kinds = new Map<string, number>()
  const options: Option[] = [
    ...things
      .filter(({ label, isFound }) => isFound || fits(label))
      .filter(({ kind }) => {
        const before = kinds.get(kind) ?? 0
        kinds.set(kind, before + 1)
        return before < shownOfEach || kind === t.palette.screen
      })
      .map(({ key, label, kind, detail, address }) => ({
        key,
        label,
        hint: detail === undefined ? kind : `${kind} · ${detail}`,
        go: () => router.history.push(address),
      })),
    ...acts.filter(({ label }) => fits(label)),
  ]
  const current = Math.max(Math.min(at, options.length - 1), 0)
  const choose = (option: Option | undefined): void => {
    if (option === undefined || (option.why !== null && option.why !== undefined)) return
    onClose()
    // What it does may look at the page, which is behind this dialog until it is gone.
    setTimeout(option.go)
  }
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt(Math.min(Math.max(current + step, 0), options.length - 1))
    else if (event.key === 'Enter') choose(options[current])
    else return
    event.preventDefault()
  }
  useEffect(() => setText((after) => early.current + after), [early])
  useEffect(() => {
    document.getElementById(`${listId}-${current}`)?.scrollIntoView({ block: 'nearest' })
  }, [listId, current])
  return (
    <Dialog title={t.palette.title} onClose={onClose} wide>
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
      <ul id={listId} role="listbox" aria-label={t.palette.title} className="mt-2 h-88 overflow-y-auto">
        {options.map(({ key, label, hint, why, ...option }, index) => (
          <li
            key={key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            aria-disabled={why !== null && why !== undefined ? true : undefined}
            onMouseDown={() => choose({ key, label, hint, why: why ?? null, ...option })}
            className="flex cursor-pointer justify-between gap-3 rounded px-3 py-1.5 aria-disabled:text-muted aria-selected:bg-raised"
          >
            <span className="truncate">
              <AgentText text={label} />
            </span>
            <span className="truncate text-muted">{why ?? hint}</span>
          </li>
        ))}
      </ul>
      {options.length === 0 && (
        <p role="status" className="px-3 text-muted">
          {isAsking ? t.loading : t.palette.nothing}
        </p>
      )}
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
