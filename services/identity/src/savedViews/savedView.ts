/**
 * A saved view: a screen of the console and its query string under a name.
 *
 * INVARIANT (query string only): `search` is empty or begins with `?` and holds
 * neither a fragment nor a character a browser would rewrite, so it can only
 * ever be put behind the path of the screen it was saved on: no scheme, no host.
 * Pure: shapes and what is accepted, no I/O.
 */
import { z } from 'zod'
import { anyId, line, optional } from '../input.ts'

export interface SavedView {
  id: string
  name: string
  screen: string
  search: string
  isShared: boolean
  isMine: boolean
  createdAt: Date
}

/** Enough for every habit somebody has; a menu longer than this is a search of its own. */
export const viewsMax = 100
const searchLengthMax = 2_000

/** A word of the console's paths. */
export const screen = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'not the name of a screen')

// RFC 3986 §3.4, and the brackets, braces and bars that browsers leave as they are.
const queryString = /^\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]{}|]*$/

export const search = z
  .string()
  .max(searchLengthMax, `at most ${searchLengthMax} characters`)
  .refine((text) => text === '' || queryString.test(text), 'not a query string')

export const saveViewInput = z.object({
  name: line(1, 80),
  screen,
  search,
  isShared: optional(z.boolean()),
})

export const deleteViewInput = z.object({ id: anyId })
