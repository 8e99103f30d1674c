/**
 * What the address bar holds: every filter, tab and selected row. Anything else
 * in it is dropped, so that a broken link shows the page and not an error.
 */

type Raw = Record<string, unknown>

/** A non-empty text, or nothing. */
export function textIn(raw: Raw, name: string): string | undefined {
  const value = raw[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** One of the given words, or nothing. */
export function wordIn<Word extends string>(raw: Raw, name: string, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === raw[name])
}

/**
 * What a screen understands of the address. A part it refuses stays, as
 * undefined: the router would otherwise hand the screen the raw one.
 */
export function understood<Search extends object>(search: Search): { [Name in keyof Search]?: Search[Name] } {
  return search
}

/** The parts that are there. */
export function present<Search extends object>(search: Search): { [Name in keyof Search]?: NonNullable<Search[Name]> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Search]?: NonNullable<Search[Name]>
  }
}

/** One part of a written filter, as `parts/tokens` reads it. */
export function tokenOf(field: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${field}:${/[\s",\\]/.test(value) ? JSON.stringify(value) : value}`
}

/** The parts that are there, as one text; nothing when none is. */
export function textOf(parts: readonly (string | undefined)[]): string | undefined {
  const text = parts.filter((part) => part !== undefined).join(' ')
  return text === '' ? undefined : text
}
