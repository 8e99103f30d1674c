/** The live stream as components use it: news by type, and a pill that never reorders a list by itself. */
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useKeys } from '../frame/keys.tsx'
import { t } from '../texts.ts'
import { listenLive, type LiveNews } from './liveStream.ts'

type Hear = (news: LiveNews) => void

const Live = createContext<(hear: Hear) => () => void>(() => () => undefined)

export function LiveProvider({ session, children }: { session: string; children: ReactNode }) {
  const hearers = useRef(new Set<Hear>())
  useEffect(
    () =>
      listenLive(session, (news) => {
        for (const hear of hearers.current) hear(news)
      }),
    [session],
  )
  const join = useMemo(
    () => (hear: Hear) => {
      hearers.current.add(hear)
      return () => void hearers.current.delete(hear)
    },
    [],
  )
  return <Live value={join}>{children}</Live>
}

/** Calls `hear` for news about things of one type. */
export function useLive(typename: string, hear: (id: string | null) => void): void {
  const join = useContext(Live)
  const latest = useRef(hear)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(
    () =>
      join((news) => {
        if (news.kind === 'reset') latest.current(null)
        else if (news.event.typename === typename) latest.current(news.event.id)
      }),
    [join, typename],
  )
}

/** `3 changes`: what happened to a list since it was fetched. `.` or a press fetches it anew. */
export function LivePill({ typename, onApply }: { typename: string; onApply: () => void }) {
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set())
  useLive(typename, (id) => setChanged((before) => new Set([...before, id ?? ''])))
  const apply = (): void => {
    setChanged(new Set())
    onApply()
  }
  useKeys([{ keys: '.', label: t.live.apply, run: apply }])
  return (
    <span role="status">
      {changed.size > 0 && (
        <button
          type="button"
          onClick={apply}
          aria-keyshortcuts="."
          className="rounded-full bg-accent-fill px-3 py-1 text-[13px] font-medium text-on-accent hover:brightness-110"
        >
          {t.live.changes(changed.size)}
        </button>
      )}
    </span>
  )
}
