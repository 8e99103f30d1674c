/** A box to tick, or a switch: both with their words, both able to say why they may not be moved now. */
import { useId } from 'react'
import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { Check, Minus } from 'lucide-react'

interface Props {
  label: string
  checked: boolean
  /** Some of what it stands for is ticked, some is not. */
  partly?: boolean
  onChecked: (checked: boolean, event: Event) => void
  /** Why it may not be changed now. */
  why?: string | null
  /** The label is read aloud but not shown. */
  quiet?: boolean
}

export function Checkbox({ label, checked, partly = false, onChecked, why, quiet = false }: Props) {
  const blocked = why !== null && why !== undefined
  const box = (
    <Base.Root
      checked={checked}
      indeterminate={partly}
      readOnly={blocked}
      aria-label={quiet ? label : undefined}
      title={why ?? undefined}
      onCheckedChange={(next, { event }) => onChecked(next, event)}
      className="grid size-4 shrink-0 place-items-center rounded border border-muted bg-surface text-on-accent data-checked:border-accent-fill data-checked:bg-accent-fill data-indeterminate:border-accent-fill data-indeterminate:bg-accent-fill data-readonly:opacity-60"
    >
      <Base.Indicator>
        {partly ? <Minus size={12} strokeWidth={3} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}
      </Base.Indicator>
    </Base.Root>
  )
  if (quiet) return box
  return (
    <label className="flex items-center gap-2">
      {box}
      <span>
        {label}
        {blocked && <span className="block text-[12px] text-muted">{why}</span>}
      </span>
    </label>
  )
}

export function Switch({ label, checked, onChecked, why }: Omit<Props, 'partly' | 'quiet'>) {
  const blocked = why !== null && why !== undefined
  const id = useId()
  return (
    <label className="flex items-center gap-2">
      <BaseSwitch.Root
        checked={checked}
        readOnly={blocked}
        aria-describedby={blocked ? id : undefined}
        onCheckedChange={(next, { event }) => onChecked(next, event)}
        className="flex h-4.5 w-8 shrink-0 rounded-full border border-muted bg-raised p-px data-checked:border-accent-fill data-checked:bg-accent-fill data-readonly:opacity-60"
      >
        <BaseSwitch.Thumb className="aspect-square h-full rounded-full bg-muted transition-transform data-checked:translate-x-3.5 data-checked:bg-on-accent" />
      </BaseSwitch.Root>
      <span>
        {label}
        {blocked && (
          <span id={id} className="block text-[12px] text-muted">
            {why}
          </span>
        )}
      </span>
    </label>
  )
}
