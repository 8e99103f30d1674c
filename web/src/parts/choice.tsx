/** One of a few words, labelled: the browser’s own list, which every reader and keyboard knows. */
interface Props {
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onValue: (value: string) => void
}

export function Choice({ label, value, options, onValue }: Props) {
  return (
    <label className="flex items-center gap-1.5 text-muted">
      {label}
      <select
        value={value}
        onChange={(event) => onValue(event.target.value)}
        className="h-8 max-w-60 rounded-md border border-line bg-surface px-1.5 text-ink"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}
