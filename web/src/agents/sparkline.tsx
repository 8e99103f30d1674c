/** A score over its last snapshots, oldest first: a small line that says in words what it shows. Its table is on the Score page. */
import { t } from '../texts.ts'

const width = 72
const height = 20
const scoreMax = 100

export function Sparkline({ name, values }: { name: string; values: readonly (number | null)[] }) {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ value, at }]))
  const last = Math.max(values.length - 1, 1)
  const x = (at: number): number => 1 + (at / last) * (width - 4)
  const y = (value: number): number => 1 + (1 - value / scoreMax) * (height - 3)
  const words = t.file.trend(
    name,
    known.map(({ value }) => value),
  )
  const end = known.at(-1)
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
      <title>{words}</title>
      {known.length > 1 && (
        <polyline
          points={known.map(({ value, at }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
      )}
      {end !== undefined && <circle cx={x(end.at)} cy={y(end.value)} r="2" fill="currentColor" />}
    </svg>
  )
}
