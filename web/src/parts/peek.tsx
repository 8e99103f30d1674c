/**
 * The side panel that shows one row while the list stays: as wide as it was
 * left, by mouse or by the arrows on its edge; Escape closes it.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { useKeys } from '../frame/keys.tsx'
import { t } from '../texts.ts'
import { AgentText } from './agentText.tsx'

interface Props {
  title: string
  onClose: () => void
  /** Beside the title: what opens the whole. */
  actions?: ReactNode
  children: ReactNode
}

const key = 'muster.peek'
const widthMin = 280
const widthMax = 900
const widthUsual = 420
const stepWidth = 24

function clamped(width: number): number {
  return Math.round(Math.min(Math.max(width, widthMin), widthMax))
}

function remembered(): number {
  const stored = Number(localStorage.getItem(key))
  return Number.isFinite(stored) && stored > 0 ? clamped(stored) : widthUsual
}

/** Stands beside the list in a row that gives it its height; over it where there is no room for both. */
export function Peek({ title, onClose, actions, children }: Props) {
  const [width, setWidth] = useState(remembered)
  const grip = useRef<{ x: number; width: number } | null>(null)
  useKeys([{ keys: 'Escape', label: t.parts.peekClose, run: onClose }])
  const keep = (next: number): void => {
    setWidth(clamped(next))
    localStorage.setItem(key, String(clamped(next)))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: width + stepWidth, ArrowRight: width - stepWidth, Home: widthMin, End: widthMax }[
      event.key
    ]
    if (next === undefined) return
    event.preventDefault()
    keep(next)
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = { x: event.clientX, width }
  }
  const onPointerMove = (event: PointerEvent): void => {
    if (grip.current !== null) setWidth(clamped(grip.current.width + grip.current.x - event.clientX))
  }
  const onRelease = (): void => {
    if (grip.current !== null) keep(width)
    grip.current = null
  }
  return (
    <aside
      aria-label={title}
      style={{ width }}
      className="relative flex shrink-0 flex-col border-l border-line bg-surface max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-10 max-lg:max-w-full max-lg:shadow-xl"
    >
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={t.parts.peekWidth}
        aria-valuenow={width}
        aria-valuemin={widthMin}
        aria-valuemax={widthMax}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onRelease}
        onPointerCancel={onRelease}
        className="absolute inset-y-0 -left-1 z-1 w-2 cursor-col-resize touch-none hover:bg-accent/30"
      />
      <header className="flex min-h-12 items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="mr-auto line-clamp-2 min-w-0 font-semibold break-words">
          <AgentText text={title} />
        </h2>
        {actions}
        <button
          type="button"
          aria-label={t.parts.peekClose}
          title={t.parts.peekClose}
          onClick={onClose}
          className="grid size-7 shrink-0 place-items-center rounded text-muted hover:bg-raised hover:text-ink"
        >
          <X size={15} aria-hidden />
        </button>
      </header>
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        {children}
      </div>
    </aside>
  )
}
