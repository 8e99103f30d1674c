/** Instants: told from now, with the absolute UTC and local times on hover. */
import { useEffect, useState } from 'react'
import { fromNow } from './duration.ts'
import { languageTag } from '../frame/language.ts'

/** Both absolute forms, for a title. */
export function absolute(instant: string): string {
  const local = new Intl.DateTimeFormat(languageTag(), { dateStyle: 'medium', timeStyle: 'long' })
  return `${new Date(instant).toISOString().replace('T', ' ').replace('Z', ' UTC')}\n${local.format(new Date(instant))}`
}

/** To the minute, in UTC: `2026-03-31 13:45`. */
export function minute(instant: Date): string {
  return instant.toISOString().slice(0, 16).replace('T', ' ')
}

/** Now, told again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** `3 minutes ago`, `in 2 hours`. */
export function Ago({ instant }: { instant: string }) {
  const now = useNow(30_000)
  return (
    <time dateTime={instant} title={absolute(instant)} className="whitespace-nowrap">
      {fromNow(Date.parse(instant) - now, languageTag())}
    </time>
  )
}

/** The second it happened, in UTC, for tables read by sequence. */
export function Stamp({ instant }: { instant: string }) {
  return (
    <time dateTime={instant} title={absolute(instant)} className="font-mono text-[13px] whitespace-nowrap">
      {new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}
    </time>
  )
}
