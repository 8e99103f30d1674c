/** What may be said about findings: the shapes of every input, checked before anything is looked up. */
import { z } from 'zod'

export const closeReasons = ['RESOLVED', 'FALSE_POSITIVE', 'ACCEPTED_RISK', 'DUPLICATE'] as const
export type CloseReason = (typeof closeReasons)[number]

/** More than a triage session selects; each gets a receipt, and all of them share one commit. */
const bulkMax = 200
const noteMax = 2_000
const tagsMax = 20

const ids = z.array(z.string()).min(1).max(bulkMax)
export const closing = {
  reason: z.enum(closeReasons),
  note: z
    .string()
    .trim()
    .max(noteMax)
    .refine((text) => text.isWellFormed(), 'must be well-formed text')
    .nullish()
    .transform((text) => text || null),
}
const assigning = {
  personId: z
    .string()
    .nullish()
    .transform((id) => id ?? null),
}

export const acknowledgeShape = z.object({ findingId: z.string() })
export const closeShape = z.object({ findingId: z.string(), ...closing })
export const assignShape = z.object({ findingId: z.string(), ...assigning })
export const tagShape = z.object({
  findingId: z.string(),
  tags: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'tags are small letters, digits and dashes'))
    .max(tagsMax)
    .transform((tags) => [...new Set(tags)].toSorted()),
})
export const acknowledgeAllShape = z.object({ findingIds: ids })
export const closeAllShape = z.object({ findingIds: ids, ...closing })
export const assignAllShape = z.object({ findingIds: ids, ...assigning })
