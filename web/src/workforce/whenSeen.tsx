/** Draws what is heavy once its place comes into view and the page has nothing better to do. */
import { useEffect, useRef, useState, type ReactNode } from 'react'

/** @param placeholder of the same height, so that nothing moves. */
export function WhenSeen({ placeholder, children }: { placeholder: ReactNode; children: () => ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [isSeen, setIsSeen] = useState(false)
  useEffect(() => {
    const node = place.current
    if (node === null || isSeen) return
    let waiting = 0
    const watching = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      watching.disconnect()
      // Not every browser has idle callbacks; all have frames.
      waiting = requestAnimationFrame(() => setTimeout(() => setIsSeen(true)))
    })
    watching.observe(node)
    return () => {
      watching.disconnect()
      cancelAnimationFrame(waiting)
    }
  }, [isSeen])
  return <div ref={place}>{isSeen ? children() : placeholder}</div>
}
