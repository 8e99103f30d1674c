/** People as the screens name them. */
import { t } from '../texts.ts'
import type { Person } from './documents.ts'

/** A person's name; `you` for the viewer; words for somebody who is out of sight or was forgotten. */
export function personWords(id: string, person: Person | null, viewerId: string | undefined): string {
  if (id === viewerId) return t.reviews.you
  return person?.displayName ?? person?.email ?? t.reviews.somebody
}
