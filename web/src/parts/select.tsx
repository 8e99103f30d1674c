/** One of a few words, labelled: a list that opens under its button, by mouse, arrows or the first letter. */
import { useId } from 'react'
import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { floating, layer, line } from './layer.ts'

interface Props<Value extends string> {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly label: string; readonly why?: string | null }[]
  onValue: (value: Value) => void
  /** The label is read aloud but not shown. */
  quiet?: boolean
  className?: string
}

export function Select<Value extends string>({ label, value, options, onValue, quiet, className }: Props<Value>) {
  const labelId = useId()
  return (
    <span className={`inline-flex items-center gap-1.5 text-muted ${className ?? ''}`}>
      <span id={labelId} className={quiet === true ? 'sr-only' : ''}>
        {label}
      </span>
      <Base.Root
        value={value}
        items={options}
        onValueChange={(next) => next !== null && next !== value && onValue(next)}
      >
        <Base.Trigger
          aria-labelledby={labelId}
          className="inline-flex h-8 max-w-60 min-w-0 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-ink hover:bg-raised"
        >
          <Base.Value className="truncate" />
          <Base.Icon className="ml-auto text-muted">
            <ChevronDown size={14} aria-hidden />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner alignItemWithTrigger={false} sideOffset={4} align="start" className="z-20 outline-none">
            <Base.Popup
              {...layer}
              className={`${floating} max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto p-1`}
            >
              <Base.List>
                {options.map(({ value: each, label: words, why }) => (
                  <Base.Item key={each} value={each} disabled={why !== null && why !== undefined} className={line}>
                    <span className="grid size-4 shrink-0 place-items-center">
                      <Base.ItemIndicator>
                        <Check size={14} aria-hidden />
                      </Base.ItemIndicator>
                    </span>
                    <Base.ItemText>{words}</Base.ItemText>
                    {why !== null && why !== undefined && <span className="text-[12px] text-muted">{why}</span>}
                  </Base.Item>
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </span>
  )
}
