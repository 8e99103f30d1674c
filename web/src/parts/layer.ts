/**
 * What lies over the page: dialogs, menus, lists. Each says so by one
 * attribute; while one is open the page's keys are silent and Escape is its own.
 */
export const layer = { 'data-layer': '' } as const

/** Whether something lies over the page right now. */
export function isLayerOpen(): boolean {
  return document.querySelector('[data-layer][data-open]') !== null
}

/** The look of whatever floats: menus, lists, tips. */
export const floating = 'rounded-md border border-line bg-surface text-ink shadow-lg outline-none'

/** One line of a menu or a list. */
export const line =
  'flex min-h-8 cursor-default items-center gap-2 rounded px-2.5 py-1 outline-none select-none data-highlighted:bg-raised data-disabled:text-muted'
