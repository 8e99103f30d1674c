/**
 * Keys: each screen says which it answers, once, and the help page lists
 * exactly those. `g` waits for a second letter. While somebody types or a
 * dialog is open, letters are letters.
 */
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { isLayerOpen } from '../parts/layer.ts'
import { tell } from '../parts/toast.tsx'

export interface Binding {
  /** `a`, `?`, `Enter`, `Space`; two letters after one another: `g a`; with Ctrl or ⌘: `mod+k`. */
  readonly keys: string
  readonly label: string
  readonly run: () => void
  /** Why it does nothing now: said in the help, in the palette, and when it is pressed. */
  readonly why?: string | null | undefined
  /** Another key for what is listed already. */
  readonly isQuiet?: boolean
}

/** Keys of the frame work everywhere, those of a screen while it is shown. */
export type Reach = 'frame' | 'screen'

interface Group {
  readonly reach: Reach
  readonly bindings: readonly Binding[]
}

interface Registry {
  readonly add: (group: Group) => () => void
  readonly listed: () => readonly Group[]
}

const Keys = createContext<Registry | null>(null)

/** How long `g` waits for its letter. */
const chordMs = 1_200

/** Boxes and buttons take no letters. */
const untyped = new Set(['checkbox', 'radio', 'button', 'submit', 'range'])

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !untyped.has(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Enter and Space on a control are the control's own. */
function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('button, a, input, summary, [role=checkbox], [role=switch], [role=tab]') !== null
  )
}

function press({ why, run }: Binding): void {
  if (why !== null && why !== undefined) tell(why)
  else run()
}

export function KeysProvider({ children }: { children: ReactNode }) {
  const groups = useRef<readonly Group[]>([])
  const registry = useMemo<Registry>(
    () => ({
      add: (group) => {
        groups.current = [...groups.current, group]
        return () => {
          groups.current = groups.current.filter((other) => other !== group)
        }
      },
      listed: () => groups.current,
    }),
    [],
  )
  useEffect(() => {
    let before: { key: string; at: number } | null = null
    let layered = false
    // What lies over the page may close on this very key; it is the key's all the same.
    const onAnyKey = (): void => {
      layered = isLayerOpen()
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.isComposing || layered || event.defaultPrevented) return
      if (event.ctrlKey || event.metaKey) {
        const withMod = groups.current.flatMap(({ bindings }) => bindings)
        const binding = withMod.findLast(({ keys }) => keys === `mod+${event.key}`)
        if (binding === undefined) return
        event.preventDefault()
        return press(binding)
      }
      if (isTyping(event.target)) return
      const key = event.key === ' ' ? 'Space' : event.key
      if ((key === 'Enter' || key === 'Space') && isControl(event.target)) return
      const chord = before !== null && event.timeStamp - before.at < chordMs ? `${before.key} ${key}` : null
      const all = groups.current.flatMap(({ bindings }) => bindings)
      const binding = all.findLast(({ keys }) => keys === chord) ?? all.findLast(({ keys }) => keys === key)
      before = binding === undefined ? { key, at: event.timeStamp } : null
      if (binding === undefined) return
      event.preventDefault()
      press(binding)
    }
    window.addEventListener('keydown', onAnyKey, { capture: true })
    document.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('keydown', onAnyKey, { capture: true })
      document.removeEventListener('keydown', onKey)
    }
  }, [])
  return <Keys value={registry}>{children}</Keys>
}

function useRegistry(): Registry {
  const registry = useContext(Keys)
  if (registry === null) throw new Error('keys are used outside their provider')
  return registry
}

/** Answers `bindings` while the component is shown; the latest closures run, whenever they were given. */
export function useKeys(bindings: readonly Binding[], reach: Reach = 'screen'): void {
  const registry = useRegistry()
  const latest = useRef(bindings)
  useEffect(() => {
    latest.current = bindings
  })
  const shape = bindings
    .map(({ keys, label, isQuiet = false, why }) => `${keys}\t${label}\t${isQuiet}\t${why ?? ''}`)
    .join('\n')
  useEffect(() => {
    const stable = shape
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [keys = '', label = '', isQuiet, why = ''] = line.split('\t')
        return {
          keys,
          label,
          isQuiet: isQuiet === 'true',
          why: why === '' ? null : why,
          run: () => latest.current.find((binding) => binding.keys === keys)?.run(),
        }
      })
    return registry.add({ reach, bindings: stable })
  }, [registry, shape, reach])
}

/** What is bound at the moment of asking, for the help page. */
export function useListedKeys(): readonly Group[] {
  const registry = useRegistry()
  const [listed] = useState(() => registry.listed())
  return listed
}
