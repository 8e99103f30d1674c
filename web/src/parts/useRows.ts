/** Moving through a list by `j` and `k`: the chosen row is in the address, this only finds its neighbours. */
import { useKeys } from '../frame/keys.tsx'
import { t } from '../texts.ts'

interface Rows {
  /** In the order shown. */
  readonly ids: readonly string[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

export function useRows({ ids, chosen, onChoose }: Rows): void {
  const step = (by: 1 | -1): void => {
    const at = chosen === undefined ? -1 : ids.indexOf(chosen)
    const next = at === -1 ? ids[0] : ids[Math.min(Math.max(at + by, 0), ids.length - 1)]
    if (next !== undefined && next !== chosen) onChoose(next)
  }
  useKeys([
    { keys: 'j', label: t.keys.next, run: () => step(1) },
    { keys: 'k', label: t.keys.previous, run: () => step(-1) },
  ])
}
