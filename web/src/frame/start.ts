/** The texts of this browser's language, before anything is drawn; a language that does not come is English. */
import { speak, type Translation } from '../texts.ts'
import { bestLanguage, chosenLanguage, speakAs, type Language } from './language.ts'

/** Each is a piece of its own; English is in the first. */
const translations: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Translation>>> = {
  de: async () => (await import('../languages/german.ts')).german,
}

export async function startTexts(): Promise<void> {
  const language = chosenLanguage() ?? bestLanguage(navigator.languages)
  if (language === 'en') return speakAs('en')
  const translation = await translations[language]().catch(() => null)
  if (translation === null) return speakAs('en')
  speak(translation)
  speakAs(language)
}
