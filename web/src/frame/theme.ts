/** Light, dark, or the system's: kept in this browser; `public/theme.js` applies it before the first paint. */
import { useState } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'muster.theme'

function stored(): Theme {
  const value = localStorage.getItem(key)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(stored)
  const choose = (next: Theme): void => {
    if (next === 'system') {
      localStorage.removeItem(key)
      delete document.documentElement.dataset['theme']
    } else {
      localStorage.setItem(key, next)
      document.documentElement.dataset['theme'] = next
    }
    setTheme(next)
  }
  return [theme, choose]
}
