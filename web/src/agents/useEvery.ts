/** Something again and again while it matters, and while the page is looked at. */
import { useEffect, useRef } from 'react'

export function useEvery(everyMs: number, isOn: boolean, run: () => void): void {
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (!isOn) return
    const timer = setInterval(() => {
      if (!document.hidden) latest.current()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, isOn])
}
