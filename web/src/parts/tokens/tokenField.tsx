/**
 * The field a list is filtered by: tokens that are set, and the one being typed
 * with what could come next. The filter is one text, kept in the address.
 *
 * Enter or a space sets what is typed, Tab takes the offer, Backspace in an
 * empty field takes the last token back, Escape closes the list and leaves.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { Search, X } from 'lucide-react'
import { t } from '../../texts.ts'
import type { Offer, TokenFieldDefinition } from './complete.ts'
import { parseTokens, printToken, printTokens, type Problem, type Token } from './grammar.ts'
import { useOffers } from './useOffers.ts'

interface Props {
  label: string
  placeholder: string
  /** Stable between renders. */
  fields: readonly TokenFieldDefinition[]
  /** The filter as the address has it. */
  value: string | undefined
  onValue: (value: string | undefined) => void
  className?: string
}

/** Free text filters while it is typed, once typing pauses. */
const pauseMs = 300

interface State {
  readonly tokens: readonly Token[]
  readonly draft: string
  readonly problem: Problem | null
}

/** What is understood becomes tokens; what is not stays to be corrected. */
function stateOf(value: string, fields: readonly TokenFieldDefinition[]): State {
  const { tokens, problems } = parseTokens(value, fields)
  const draft = problems.map(({ at, end }) => value.slice(at, end)).join(' ')
  return { tokens, draft, problem: problems[0] ?? null }
}

export function TokenField({ label, placeholder, fields, value = '', onValue, className }: Props) {
  const [state, setState] = useState(() => stateOf(value, fields))
  const [isOpen, setIsOpen] = useState(false)
  const [picked, setPicked] = useState<number | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const told = useRef(value)
  const isTyped = useRef(false)
  const [listId, problemId] = [useId(), useId()]
  const { tokens, draft, problem } = state
  const offers = useOffers(draft, fields, isOpen)
  const isValue = offers[0]?.isWhole === true
  const current = picked !== null && picked < offers.length ? picked : isValue && draft !== '' ? 0 : null

  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setState(stateOf(value, fields))
  }, [value, fields])

  const tell = (next: string): void => {
    if (next === told.current) return
    told.current = next
    onValue(next === '' ? undefined : next)
  }
  const change = (next: Partial<State>): void => setState({ ...state, problem: null, ...next })
  const set = (text: string): void => {
    const read = parseTokens(`${printTokens(tokens)} ${text}`, fields)
    const found = parseTokens(text, fields).problems[0] ?? read.problems[0]
    setPicked(null)
    if (found !== undefined) return setState({ ...state, draft: text, problem: found })
    setState({ tokens: read.tokens, draft: '', problem: null })
    tell(printTokens(read.tokens))
  }
  const take = (offer: Offer): void => {
    setPicked(null)
    if (offer.isWhole) return set(offer.draft)
    change({ draft: offer.draft })
    setIsOpen(true)
  }
  const remove = (at: number): void => {
    const rest = tokens.filter((_, index) => index !== at)
    change({ tokens: rest })
    tell(printTokens(rest))
    input.current?.focus()
  }
  useEffect(() => {
    if (!isTyped.current) return
    const read = parseTokens(draft, fields)
    // Free text only: half a filter is not yet one.
    const isFree = read.problems.length === 0 && read.tokens.every(({ kind }) => kind === 'free')
    const timer = setTimeout(() => tell(printTokens([...tokens, ...(isFree ? read.tokens : [])])), pauseMs)
    return () => clearTimeout(timer)
    // What was typed is all that matters here.
  }, [draft])

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const offer = current === null ? undefined : offers[current]
    if (step !== 0 && offers.length > 0) {
      setPicked(((current ?? (step > 0 ? -1 : 0)) + step + offers.length) % offers.length)
    } else if (event.key === 'Tab' && !event.shiftKey && offers.length > 0 && draft !== '') {
      take(offer ?? offers[0]!)
    } else if (event.key === 'Enter') {
      if (offer !== undefined) take(offer)
      else if (draft.trim() !== '') set(draft)
    } else if (event.key === ' ' && draft.trim() !== '' && parseTokens(draft, fields).problems.length === 0) {
      set(draft)
    } else if (event.key === 'Backspace' && draft === '' && tokens.length > 0) {
      const last = tokens.at(-1)!
      change({ tokens: tokens.slice(0, -1), draft: printToken(last) })
      tell(printTokens(tokens.slice(0, -1)))
    } else if (event.key === 'Escape') {
      if (offers.length > 0) setIsOpen(false)
      else event.currentTarget.blur()
    } else return
    event.preventDefault()
  }
  return (
    <search className={`relative min-w-64 flex-1 ${className ?? ''}`}>
      <div className="flex min-h-9 flex-wrap items-center gap-1 rounded-md border border-line bg-surface py-1 pr-1.5 pl-2.5 focus-within:border-accent">
        <Search size={14} aria-hidden className="mr-1 shrink-0 text-muted" />
        {tokens.map((token, at) => (
          <Chip key={printToken(token) + String(at)} text={printToken(token)} onRemove={() => remove(at)} />
        ))}
        <input
          ref={input}
          data-filter=""
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={offers.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={current === null ? undefined : `${listId}-${current}`}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : problemId}
          autoComplete="off"
          spellCheck={false}
          value={draft}
          placeholder={tokens.length === 0 ? placeholder : ''}
          onChange={(event) => {
            isTyped.current = true
            change({ draft: event.target.value })
            setPicked(null)
            setIsOpen(true)
          }}
          onFocus={() => setIsOpen(true)}
          onBlur={() => setIsOpen(false)}
          onKeyDown={onKeyDown}
          className="h-6.5 min-w-32 flex-1 bg-transparent outline-none placeholder:text-muted"
        />
      </div>
      {problem !== null && (
        <p id={problemId} role="alert" className="mt-1 text-[13px] text-bad">
          {t.tokens.problem(problem, fields)}
        </p>
      )}
      <ul
        id={listId}
        role="listbox"
        aria-label={t.tokens.offers}
        hidden={offers.length === 0}
        className="absolute top-full left-0 z-20 mt-1 max-h-80 min-w-72 overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-lg"
      >
        {offers.map((offer, at) => (
          <li
            key={offer.draft}
            id={`${listId}-${at}`}
            role="option"
            aria-selected={at === current}
            onMouseDown={(event) => {
              // The field keeps the focus.
              event.preventDefault()
              take(offer)
            }}
            className="flex cursor-default justify-between gap-4 rounded px-2.5 py-1 hover:bg-raised aria-selected:bg-raised"
          >
            <span className={offer.isWhole ? 'truncate' : 'font-mono text-[13px]'}>{offer.label}</span>
            <span className="truncate text-muted">{offer.hint}</span>
          </li>
        ))}
      </ul>
    </search>
  )
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <span className="flex max-w-full items-center gap-0.5 rounded bg-raised pl-2 font-mono text-[13px]">
      <span className="truncate">{text}</span>
      <button
        type="button"
        aria-label={t.tokens.remove(text)}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded text-muted hover:text-ink"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}
