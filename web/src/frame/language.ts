/**
 * The language of this browser's console: the one chosen here, else the first
 * of the browser's own that there is. Numbers, dates and plurals follow it, in
 * the region the browser says.
 *
 * Chosen before the first paint and for as long as the page lives; another
 * choice loads the page anew.
 */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const key = 'muster.language'

export function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(languages, text)
}

/** The first of `wanted` (`de-AT`, `fr`) that there is; English otherwise. */
export function bestLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.split('-')[0]?.toLowerCase() ?? '').find(isLanguage) ?? 'en'
}

/** The browser's own tag for a language, which knows its region: `en-GB`, `de-AT`. */
export function tagOf(language: Language, wanted: readonly string[]): string {
  return (
    wanted.find((tag) => tag.toLowerCase() === language || tag.toLowerCase().startsWith(`${language}-`)) ?? language
  )
}

/** What was chosen here; null when it is as the browser. */
export function chosenLanguage(): Language | null {
  const stored = localStorage.getItem(key)
  return isLanguage(stored) ? stored : null
}

export function chooseLanguage(language: Language | null): void {
  if (language === null) localStorage.removeItem(key)
  else localStorage.setItem(key, language)
  location.reload()
}

let tag = 'en'

/** Said once, at the start, by whoever sets the texts. */
export function speakAs(language: Language): void {
  tag = tagOf(language, navigator.languages)
  document.documentElement.lang = language
}

/** For `Intl`. */
export function languageTag(): string {
  return tag
}
