/**
 * Decisions over time as stacked bars. Loaded when a chart is first shown.
 *
 * Dragging marks a time and zooms in; with the keyboard the arrows move, Shift
 * marks, Enter zooms. What is under the cursor is said in words beside it.
 */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { minute } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { Bucket } from './documents.ts'

export interface PlotProps {
  series: readonly Bucket[]
  stepSeconds: number
  /** From the begin of the first marked bucket to the begin of the last. */
  onZoom: (first: string, last: string) => void
}

const height = 170
/** Drawn from the tallest stack to the shortest, each over the one before. */
const stack = ['denied', 'held', 'allowed'] as const
const tones = { allowed: 'text-good', held: 'text-warn', denied: 'text-bad' } as const
const monthsShort = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })

export function Plot({ series, stepSeconds, onZoom }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const zoom = useRef(onZoom)
  useEffect(() => {
    zoom.current = onZoom
  })
  const [at, setAt] = useState<number | null>(null)
  const [mark, setMark] = useState<number | null>(null)
  const data = useMemo<UPlot.AlignedData>(() => {
    const times = series.map((bucket) => Date.parse(bucket.at) / 1_000)
    const allowed = series.map((bucket) => bucket.allowed)
    const held = series.map((bucket) => bucket.allowed + bucket.held)
    const denied = series.map((bucket) => bucket.allowed + bucket.held + bucket.denied)
    return [times, denied, held, allowed]
  }, [series])
  useEffect(() => {
    const root = place.current
    if (root === null) return
    const made = new UPlot(
      options(root, series, stepSeconds, setAt, (first, last) => zoom.current(first, last)),
      data,
      root,
    )
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: root.clientWidth, height }))
    resized.observe(root)
    const repaint = (): void => made.redraw(false)
    const themed = new MutationObserver(repaint)
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', repaint)
    return () => {
      resized.disconnect()
      themed.disconnect()
      system.removeEventListener('change', repaint)
      made.destroy()
    }
  }, [data, series, stepSeconds])

  const show = (index: number, from: number | null): void => {
    const shown = plot.current
    const times = data[0]
    if (shown === null) return
    setAt(index)
    setMark(from)
    const x = (of: number): number => shown.valToPos(of, 'x')
    const [first, last] = from === null ? [index, index] : [Math.min(from, index), Math.max(from, index)]
    shown.setCursor({ left: x((times[index] ?? 0) + stepSeconds / 2), top: height / 2 })
    const left = from === null ? 0 : x(times[first] ?? 0)
    const right = from === null ? 0 : x((times[last] ?? 0) + stepSeconds)
    shown.setSelect({ left, width: right - left, top: 0, height: shown.over.clientHeight }, false)
  }
  const onKey = (event: KeyboardEvent): void => {
    const end = series.length - 1
    const now = at ?? end
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: end }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      show(Math.max(0, Math.min(end, to)), event.shiftKey ? (mark ?? now) : null)
    } else if (event.key === 'Enter' && at !== null) {
      event.preventDefault()
      event.stopPropagation()
      const from = mark ?? at
      onZoom(series[Math.min(from, at)]?.at ?? '', series[Math.max(from, at)]?.at ?? '')
    } else if (event.key === 'Escape' && at !== null) {
      event.preventDefault()
      plot.current?.setCursor({ left: -10, top: -10 })
      plot.current?.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
      setAt(null)
      setMark(null)
    }
  }
  const bucket = at === null ? undefined : series[at]
  const marked =
    mark === null || at === null || mark === at ? null : [series[Math.min(mark, at)], series[Math.max(mark, at)]]
  return (
    <div>
      <p className="mb-1 flex flex-wrap gap-x-4 text-[12.5px]">
        {stack.toReversed().map((outcome) => (
          <span key={outcome} className="inline-flex items-center gap-1.5">
            <span aria-hidden data-tone={outcome} className={`${tones[outcome]} size-2.5 rounded-xs bg-current`} />
            {t.workforce.outcomes[outcome]}
          </span>
        ))}
        <span role="status" className="ml-auto text-muted tabular-nums">
          {marked === null
            ? bucket === undefined
              ? t.workforce.drag
              : t.workforce.bucket(minute(new Date(bucket.at)), bucket.allowed, bucket.held, bucket.denied)
            : t.workforce.marked(
                minute(new Date(marked[0]?.at ?? 0)),
                minute(new Date(Date.parse(marked[1]?.at ?? '') + stepSeconds * 1_000)),
              )}
        </span>
      </p>
      <div
        role="application"
        aria-label={t.workforce.chartKeys}
        tabIndex={0}
        onKeyDown={onKey}
        className="rounded [&_.u-select]:bg-accent/20"
      >
        <div ref={place} style={{ height }} className="border-line text-muted" />
      </div>
    </div>
  )
}

function options(
  root: HTMLElement,
  series: readonly Bucket[],
  stepSeconds: number,
  onAt: (index: number | null) => void,
  onZoom: (first: string, last: string) => void,
): UPlot.Options {
  // The tokens as the page shows them now, so that a change of theme needs a repaint and nothing else.
  const colour = (outcome: string) => (): string => {
    const swatch = root.parentElement?.parentElement?.querySelector(`[data-tone=${outcome}]`)
    return swatch === null || swatch === undefined ? '' : getComputedStyle(swatch).color
  }
  const ink = (): string => getComputedStyle(root).color
  const line = (): string => getComputedStyle(root).borderTopColor
  const font = '12px system-ui, sans-serif'
  const indexAt = (value: number): number =>
    Math.max(
      0,
      Math.min(series.length - 1, Math.floor((value - Date.parse(series[0]?.at ?? '') / 1_000) / stepSeconds)),
    )
  const bars = UPlot.paths.bars?.({ size: [0.86, 40], align: 1 })
  return {
    width: root.clientWidth,
    height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false }, focus: { prox: -1 } },
    scales: {
      x: { range: (_, min, max) => [min, max + stepSeconds] },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      {
        stroke: ink,
        font,
        size: 28,
        grid: { show: false },
        ticks: { stroke: line, size: 4 },
        values: (_, splits) =>
          splits.map((seconds) =>
            stepSeconds < 86_400 && seconds % 86_400 !== 0
              ? new Date(seconds * 1_000).toISOString().slice(11, 16)
              : monthsShort.format(new Date(seconds * 1_000)),
          ),
      },
      {
        stroke: ink,
        font,
        size: 44,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
      },
    ],
    series: [
      {},
      ...stack.map((outcome) => ({
        label: outcome,
        fill: colour(outcome),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
    hooks: {
      setCursor: [
        (shown) => {
          const { left } = shown.cursor
          if (left !== undefined && left >= 0) onAt(indexAt(shown.posToVal(left, 'x')))
        },
      ],
      setSelect: [
        (shown) => {
          const { left, width } = shown.select
          if (width < 4) return
          const [first, last] = [indexAt(shown.posToVal(left, 'x')), indexAt(shown.posToVal(left + width, 'x') - 1)]
          onZoom(series[first]?.at ?? '', series[last]?.at ?? '')
        },
      ],
    },
  }
}
