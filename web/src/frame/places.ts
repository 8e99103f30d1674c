/** The screens one can go to: their addresses, names and second letters after `g`. */
import { Bot, ClipboardCheck, ScrollText, ShieldAlert, UserCheck, Users, type LucideIcon } from 'lucide-react'
import { t } from '../texts.ts'

export const places = [
  { to: '/workforce', name: 'workforce', key: 'w', icon: Users },
  { to: '/agents', name: 'agents', key: 'd', icon: Bot },
  { to: '/approvals', name: 'approvals', key: 'a', icon: ClipboardCheck },
  { to: '/reviews', name: 'reviews', key: 'r', icon: UserCheck },
  { to: '/findings', name: 'findings', key: 'f', icon: ShieldAlert },
  { to: '/records', name: 'records', key: 'l', icon: ScrollText },
] as const satisfies readonly { to: string; name: keyof typeof t.nav; key: string; icon: LucideIcon }[]

export type Place = (typeof places)[number]

/** What a screen is called in the language of the page. */
export function placeName({ name }: Place): string {
  return t.nav[name]
}

/** The screen of an address, as saved views name it; null for a page about one thing, which is its own link. */
export function screenOf(pathname: string): string | null {
  return /^\/([a-z][a-z0-9-]{0,39})\/?$/.exec(pathname)?.[1] ?? null
}

/** Where a saved view leads; null when its screen is none of ours. What is after the `?` is read by the screen. */
export function addressOf({ screen, search }: { screen: string; search: string }): string | null {
  const place = places.find(({ to }) => to === `/${screen}`)
  return place === undefined || !(search === '' || search.startsWith('?')) ? null : place.to + search
}
