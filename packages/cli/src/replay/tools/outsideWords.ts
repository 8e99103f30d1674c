/**
 * Which tools bring in what strangers wrote, judged by their names.
 *
 * Wide on purpose, the other way round than the verbs: a tool taken for an
 * outside one lowers the trust of what follows, and that only asks for more
 * care. `--external REGEX` and `--manifest FILE` add to it.
 */
import { toolWords } from './toolWords.ts'

const byOrigin = {
  theWeb: 'web webpage webpages website websites internet online site page pages news forum wikipedia tweet tweets',
  fetching: 'url urls http https curl wget fetch download crawl scrape scraper browse browser rss feed',
  searchEngines: 'google bing duckduckgo',
  mail: 'email emails mail mails inbox gmail outlook imap attachment attachments',
  messages: 'message messages sms dm dms whatsapp voicemail',
  byName: 'external outside public upload uploads',
}

/** Anywhere in the name, namespace included. */
export const outsideWords: ReadonlySet<string> = new Set(Object.values(byOrigin).flatMap((words) => words.split(' ')))

/** Whole names: a bare `search` or `open` asks the world, not the company. */
export const outsideNames: ReadonlySet<string> = new Set(['search', 'open', 'visit', 'goto', 'navigate'])

/** True when what the tool answers was, or may have been, written outside the company. */
export function readsOutside(name: string): boolean {
  const { own, all } = toolWords(name)
  return all.some((word) => outsideWords.has(word)) || outsideNames.has(own.join(' '))
}
