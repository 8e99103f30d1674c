/** What counts as hidden, and that naming it loses nothing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hiddenCount, plainly, segments } from './hiddenCharacters.ts'

describe('hidden characters', () => {
  test('bidirectional overrides, zero-width and blank letters are named', () => {
    const names = segments('pay\u202Eeno\u200B\u3164\u2066x').flatMap(({ name }) => name ?? [])
    expect(names).toEqual(['U+202E', 'U+200B', 'U+3164', 'U+2066'])
  })

  test('are spelled out where only plain text can stand', () => {
    expect(plainly('pay\u202Eeno\u200B')).toBe('payU+202EenoU+200B')
  })

  test('tag characters outside the first plane are one character each', () => {
    expect(segments('a\u{E0041}b')).toEqual([
      { text: 'a', name: null },
      { text: '\u{E0041}', name: 'U+E0041' },
      { text: 'b', name: null },
    ])
  })

  test('letters of any script, spaces and line breaks are not', () => {
    expect(hiddenCount('naïve 支払い שלום\n\t"{}"')).toBe(0)
  })

  test('nothing of the text is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(
          segments(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })
})
