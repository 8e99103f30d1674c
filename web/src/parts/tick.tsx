/** The box of a row: the browser's own, because thousands of them pass by in a long list. */
interface Props {
  label: string
  checked: boolean
  /** Some of what it stands for is ticked, some is not. */
  partly?: boolean
  onTick: (withRange: boolean) => void
}

export function Tick({ label, checked, partly = false, onTick }: Props) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={checked}
      ref={(box) => {
        if (box !== null) box.indeterminate = partly
      }}
      onChange={(event) => onTick('shiftKey' in event.nativeEvent && event.nativeEvent.shiftKey === true)}
      className="size-4 accent-accent-fill"
    />
  )
}
