/** Which part of the company is looked at: its tree, found by typing, walked by arrows. Loaded when its button is pressed. */
import { useId, useState, type KeyboardEvent } from 'react'
import { Building2, Users } from 'lucide-react'
import { Popover } from '../parts/popover.tsx'
import { t } from '../texts.ts'
import { unitButton } from './unitButton.tsx'

export interface PickedUnit {
  id: string
  name: string
  kind: 'DEPARTMENT' | 'TEAM'
  path: readonly string[]
}

interface Props {
  /** Parents before children. */
  units: readonly PickedUnit[]
  value: string | undefined
  onValue: (unit: string | undefined) => void
}

export default function UnitPicker({ units, value, onValue }: Props) {
  const chosen = units.find(({ id }) => id === value)
  const name = chosen?.name ?? t.workforce.everything
  return (
    <Popover label={`${t.workforce.org}: ${name}`} align="start" button={unitButton(name)} startsOpen>
      {(close) => (
        <UnitTree
          units={units}
          value={value}
          onValue={(unit) => {
            onValue(unit)
            close()
          }}
        />
      )}
    </Popover>
  )
}

function UnitTree({ units, value, onValue }: Props) {
  const [text, setText] = useState('')
  const treeId = useId()
  const found = matching(units, text)
  const entries = [...(text === '' ? [null] : []), ...found]
  const [picked, setPicked] = useState(() => Math.max(0, 1 + units.findIndex(({ id }) => id === value)))
  const current = Math.min(picked, entries.length - 1)
  const onKey = (event: KeyboardEvent): void => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: entries.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(entries.length - 1, to))
      setPicked(next)
      document.getElementById(`${treeId}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && current >= 0) {
      event.preventDefault()
      onValue(entries[current]?.id)
    }
  }
  return (
    <div className="flex w-80 max-w-full flex-col gap-2">
      <input
        role="combobox"
        aria-label={t.workforce.findUnit}
        aria-expanded
        aria-haspopup="tree"
        aria-controls={treeId}
        aria-activedescendant={entries.length === 0 ? undefined : `${treeId}-${current}`}
        autoComplete="off"
        placeholder={t.workforce.findUnit}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setPicked(0)
        }}
        onKeyDown={onKey}
        className="h-8 w-full rounded-md border border-line bg-canvas px-2.5"
      />
      {entries.length === 0 && <p className="px-2.5 py-1 text-muted">{t.workforce.noUnit}</p>}
      <ul role="tree" id={treeId} aria-label={t.workforce.org} className="max-h-80 overflow-y-auto">
        {entries.map((unit, at) => (
          <li
            key={unit?.id ?? ''}
            id={`${treeId}-${at}`}
            role="treeitem"
            aria-level={unit === null ? 1 : unit.path.length}
            aria-selected={unit?.id === value}
            data-current={at === current || undefined}
            onClick={() => onValue(unit?.id)}
            onMouseMove={() => setPicked(at)}
            className="flex cursor-default items-center gap-2 rounded px-2.5 py-1 data-current:bg-raised aria-selected:font-medium"
          >
            <span aria-hidden>{'\u2003'.repeat((unit?.path.length ?? 1) - 1)}</span>
            {unit?.kind === 'TEAM' ? (
              <Users size={14} aria-hidden className="shrink-0 text-muted" />
            ) : (
              <Building2 size={14} aria-hidden className="shrink-0 text-muted" />
            )}
            <span className="truncate">{unit?.name ?? t.workforce.everything}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Units whose name holds the text, with what stands above them. */
function matching(units: readonly PickedUnit[], text: string): readonly PickedUnit[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return units
  const kept = new Set(units.filter(({ name }) => name.toLowerCase().includes(wanted)).flatMap(({ path }) => path))
  return units.filter(({ id }) => kept.has(id))
}
