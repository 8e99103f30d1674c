/** How close the rows stand: kept in this browser; `public/theme.js` applies it before the first paint. */
import { useSyncExternalStore } from 'react'

export const densities = ['comfortable', 'compact'] as const
export type Density = (typeof densities)[number]

/** Pixels; app.css says the same for plain tables. */
export const rowHeights: Readonly<Record<Density, number>> = { comfortable: 40, compact: 28 }

const key = 'muster.density'
const hearers = new Set<() => void>()

function current(): Density {
  return document.documentElement.dataset['density'] === 'compact' ? 'compact' : 'comfortable'
}

function hear(hearer: () => void): () => void {
  hearers.add(hearer)
  return () => void hearers.delete(hearer)
}

export function setDensity(density: Density): void {
  if (density === 'compact') {
    localStorage.setItem(key, density)
    document.documentElement.dataset['density'] = density
  } else {
    localStorage.removeItem(key)
    delete document.documentElement.dataset['density']
  }
  for (const hearer of hearers) hearer()
}

export function useDensity(): Density {
  return useSyncExternalStore(hear, current)
}
