/** Why: the text that is sealed beside the receipt of an act. */
import { useId } from 'react'

/** What the server takes at most. */
const lengthMax = 2_000

interface Props {
  label: string
  value: string
  onValue: (value: string) => void
  /** Shown in place, once asked for. */
  problem: string | null
  /** False where another field of the form comes first. */
  isFirst?: boolean
}

export function ReasonField({ label, value, onValue, problem, isFirst = true }: Props) {
  const problemId = useId()
  return (
    <label className="block">
      <span className="mb-1 block font-medium">{label}</span>
      <textarea
        value={value}
        maxLength={lengthMax}
        rows={3}
        autoFocus={isFirst}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => onValue(event.target.value)}
        className="w-full rounded-md border border-line bg-canvas px-3 py-2"
      />
      {problem !== null && (
        <span id={problemId} role="alert" className="mt-1 block text-bad">
          {problem}
        </span>
      )}
    </label>
  )
}
