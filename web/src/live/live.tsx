/** The live stream as components use it: news by type, and a pill that never reorders a list by itself. */
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useKeys } from '../frame/keys.tsx'
import { queryClient } from '../session/session.ts'
import { t } from '../texts.ts'
import { listenLive, type LiveHealth, type LiveNews } from './liveStream.ts'

type Hear = (news: LiveNews) => void

const Live = createContext<(hear: Hear) => () => void>(() => () => undefined)

export function LiveProvider({ session, children }: { session: string; children: ReactNode }) {
  const hearers = useRef(new Set<Hear>())
  useEffect(
    () =>
      listenLive(
        session,
        (news) => {
          for (const hear of hearers.current) hear(news)
        },
        (health) => queryClient.setQueryData(healthQuery.queryKey, health),
      ),
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

/** How the stream fares is no datum of the graph: it is told, never asked for. */
const healthQuery = queryOptions({
  queryKey: ['live', 'health'],
  queryFn: (): LiveHealth => 'on',
  initialData: 'on',
  staleTime: Infinity,
})

/** Says so while news cannot come: what is on the screen may be older than it looks. */
export function LiveHealthNote() {
  const { data } = useQuery(healthQuery)
  return (
    <p role="status" className={data === 'lost' ? 'px-2.5 py-1 text-[12px] text-warn' : 'sr-only'}>
      {data === 'lost' && t.live.lost}
    </p>
  )
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
