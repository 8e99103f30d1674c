/**
 * What is typed between the key that asks for the palette and the moment it is
 * there to take it: kept for it, and not taken for the keys of the page.
 */
import { useEffect, useRef, type RefObject } from 'react'
import { isLayerOpen } from '../parts/layer.ts'

export function useEarlyLetters(isAwaited: boolean): RefObject<string> {
  const typed = useRef('')
  useEffect(() => {
    if (!isAwaited) return
    typed.current = ''
    const keep = (event: KeyboardEvent): void => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || isLayerOpen()) return
      typed.current += event.key
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', keep, { capture: true })
    return () => window.removeEventListener('keydown', keep, { capture: true })
  }, [isAwaited])
  return typed
}
