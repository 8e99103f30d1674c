/**
 * The policies Muster ships: the default bundle every tenant starts from, and
 * optional ones a tenant may add.
 *
 * They are files so that they are read, reviewed and hashed as what they are.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { PolicySource } from './cedar/readPolicy.ts'

function bundle(folder: 'default' | 'optional'): PolicySource[] {
  const place = new URL(`../policies/${folder}/`, import.meta.url)
  return readdirSync(place)
    .filter((file) => file.endsWith('.cedar'))
    .toSorted()
    .map((file) => ({
      id: `muster.${folder}.${file.slice(0, -'.cedar'.length)}`,
      text: readFileSync(new URL(file, place), 'utf8'),
    }))
}

/** The default bundle: what is granted, held by risk tier, environment, score and drift. */
export const defaultBundle: readonly PolicySource[] = bundle('default')

/** Policies to opt into, one source each. */
export const optionalBundle: readonly PolicySource[] = bundle('optional')
