/** Which language a browser gets, and that every translation is whole where it must be. */
import { describe, expect, test } from 'vitest'
import { german } from '../languages/german.ts'
import { english } from '../texts.ts'
import { bestLanguage, tagOf } from './language.ts'
import { counter } from './plural.ts'

/** Every text of a catalog by its path; what is made of values is called with some. */
function textsIn(catalog: object, path = ''): [string, unknown][] {
  return Object.entries(catalog).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
    typeof value === 'object' && value !== null ? textsIn(value, `${path}${name}.`) : [[path + name, value]],
  )
}

describe('the language of the console', () => {
  test('is the first of the browser’s that there is, and English when there is none', () => {
    expect(bestLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(bestLanguage(['en-GB', 'de'])).toBe('en')
    expect(bestLanguage(['ja'])).toBe('en')
    expect(bestLanguage(['toString', '__proto__'])).toBe('en')
  })

  test('keeps the region the browser says', () => {
    expect(tagOf('de', ['fr', 'de-AT'])).toBe('de-AT')
    expect(tagOf('en', ['de'])).toBe('en')
  })

  test('plurals are those of the language', () => {
    expect(counter('en')(1, 'row', 'rows')).toBe('1 row')
    expect(counter('en')(1_200, 'row', 'rows')).toBe('1,200 rows')
    expect(counter('de')(1_200, 'Zeile', 'Zeilen')).toBe('1.200 Zeilen')
  })

  test('no German text is empty, and none that needs translating is still the English one', () => {
    const own = new Map(textsIn(english))
    /** Words that both languages share, and names. */
    const alike = new Set(['product', 'none', 'graphql.copy', 'nav.agents', 'palette.agent', 'views.name'])
    const same = textsIn(german).filter(([path, text]) => text === '' || (text === own.get(path) && !alike.has(path)))
    expect(same.map(([path]) => path)).toEqual([])
  })
})
