/**
 * The time a page is about, in Grafana's words: usual spans, the grammar typed,
 * or two dates; and whether to compare with the time before. The page keeps it
 * in the address; what is no window never gets there.
 */
import { useState, type SyntheticEvent } from 'react'
import { t } from '../texts.ts'
import { Button } from './button.tsx'
import { Switch } from './checkbox.tsx'
import { Popover } from './popover.tsx'
import { absoluteWindow, parseWindow, previousWindow } from './timeWindow.ts'
import { minute } from './time.tsx'
import { windowButton, windowWords } from './windowWords.tsx'

export interface TimeRangeProps {
  /** As the address has it: `now-30d`. */
  value: string
  onValue: (value: string) => void
  /** Whether the time before is shown too; the switch is there when both are given. */
  compare?: boolean
  onCompare?: (compare: boolean) => void
  /** Why this page can compare nothing now. */
  compareWhy?: string | null
  /** For one that was loaded because its button was pressed. */
  startsOpen?: boolean
}

const usual = [
  'now-1h',
  'now-24h',
  'now-7d',
  'now-30d',
  'now-90d',
  'now/d',
  'now-1d/d..now-1d/d',
  'now/w',
  'now/M',
  'now-1M/M..now-1M/M',
]

export function TimeRange({ value, onValue, compare, onCompare, compareWhy, startsOpen = false }: TimeRangeProps) {
  return (
    <Popover
      label={t.timeRange.title(windowWords(value))}
      button={windowButton(value, compare)}
      startsOpen={startsOpen}
    >
      {(close) => (
        <div className="flex w-124 max-w-full gap-5 max-sm:flex-col">
          <div className="flex w-40 shrink-0 flex-col gap-0.5">
            {usual.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === value}
                onClick={() => {
                  onValue(each)
                  close()
                }}
                className="rounded px-2.5 py-1 text-left hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium"
              >
                {windowWords(each)}
              </button>
            ))}
          </div>
          <div className="flex min-w-0 flex-1 flex-col gap-4">
            <Typed value={value} onValue={onValue} close={close} />
            <Absolute value={value} onValue={onValue} close={close} />
            {onCompare !== undefined && (
              <Switch
                label={t.timeRange.compare}
                checked={compare === true}
                onChecked={onCompare}
                why={compareWhy ?? (previousWindow(value, Date.now()) === null ? t.timeRange.nothingBefore : null)}
              />
            )}
          </div>
        </div>
      )}
    </Popover>
  )
}

interface FormProps {
  value: string
  onValue: (value: string) => void
  close: () => void
}

const input = 'h-8 w-full rounded-md border border-line bg-canvas px-2.5 font-mono text-[13px]'

function Typed({ value, onValue, close }: FormProps) {
  const [text, setText] = useState(value)
  const [asked, setAsked] = useState(false)
  const window = parseWindow(text, Date.now())
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (window === null) return
    onValue(text.trim())
    close()
  }
  return (
    <form onSubmit={submit}>
      <label>
        <span className="mb-1 block font-medium">{t.timeRange.grammar}</span>
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          spellCheck={false}
          className={input}
          aria-invalid={asked && window === null}
        />
      </label>
      <p
        role={asked && window === null ? 'alert' : undefined}
        className={`mt-1 text-[12.5px] ${asked && window === null ? 'text-bad' : 'text-muted'}`}
      >
        {window === null ? t.timeRange.noWindow : `${minute(window.from)} – ${minute(window.until)}`}
      </p>
    </form>
  )
}

/** Dates in UTC, as everything the server counts by. */
function Absolute({ value, onValue, close }: FormProps) {
  const window = parseWindow(value, Date.now())
  const [from, setFrom] = useState(inputValue(window?.from))
  const [until, setUntil] = useState(inputValue(window?.until))
  const [start, end] = [new Date(`${from}Z`), new Date(`${until}Z`)]
  const why =
    Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())
      ? t.timeRange.bothNeeded
      : start > end
        ? t.timeRange.endsBefore
        : null
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (why !== null) return
    onValue(absoluteWindow(start, end))
    close()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <label>
        <span className="mb-1 block font-medium">{t.timeRange.from}</span>
        <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} className={input} />
      </label>
      <label>
        <span className="mb-1 block font-medium">{t.timeRange.until}</span>
        <input
          type="datetime-local"
          value={until}
          onChange={(event) => setUntil(event.target.value)}
          className={input}
        />
      </label>
      <Button type="submit" size="small" className="self-start" why={why}>
        {t.timeRange.apply}
      </Button>
      {why !== null && <p className="text-[12.5px] text-muted">{why}</p>}
    </form>
  )
}

function inputValue(instant: Date | undefined): string {
  return instant?.toISOString().slice(0, 16) ?? ''
}
