/**
 * The vectors printed in docs/specs are the ones this package gives. They are
 * read from the pages themselves, so a page cannot drift from the code.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  actionHash,
  actionHashOfText,
  canonicalAction,
  canonicalize,
  canonicalPayload,
  canonicalReviewScope,
  canonicalVerdict,
  hashCanonical,
  parseStrict,
  payloadHash,
  payloadHashOfText,
  reviewScopeHash,
  UnsafeJson,
  type ActionFields,
  type HashDomain,
  type JsonValue,
  type PayloadFields,
  type ReviewScope,
  type SealedVerdict,
} from './index.ts'

/** The one JSON block of a page that is marked as its vectors. */
function vectorsOf<T>(page: string): T {
  const text = readFileSync(new URL(`../../../docs/specs/${page}.md`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```json vectors\n([\s\S]*?)^```$/gm)].map((match) => match[1]!)
  expect(blocks).toHaveLength(1)
  return JSON.parse(blocks[0]!) as T
}

describe('docs/specs', () => {
  test('canonical-json.md: every text is read, refused and hashed as printed', () => {
    const { accepted, refused, hashes } = vectorsOf<{
      accepted: { text: string; canonical: string }[]
      refused: { text: string; code: string; offset: number }[]
      hashes: { domain: HashDomain; value: JsonValue; hash: string }[]
    }>('canonical-json')
    expect(accepted.length * refused.length * hashes.length).toBeGreaterThan(0)
    for (const { text, canonical } of accepted) expect(canonicalize(parseStrict(text))).toBe(canonical)
    for (const { text, code, offset } of refused) {
      expect(() => parseStrict(text), text).toThrow(UnsafeJson)
      expect(() => parseStrict(text), text).toThrow(expect.objectContaining({ code, offset }))
    }
    for (const { domain, value, hash } of hashes) expect(hashCanonical(domain, value)).toBe(hash)
  })

  test('payload-hash.md: fields give the text, and both give the hash', () => {
    const vectors = vectorsOf<{ fields: PayloadFields; canonical: string; payloadHash: string }[]>('payload-hash')
    expect(vectors.length).toBeGreaterThan(0)
    for (const vector of vectors) {
      expect(canonicalPayload(vector.fields)).toBe(vector.canonical)
      expect(payloadHash(vector.fields)).toBe(vector.payloadHash)
      expect(payloadHashOfText(vector.canonical)).toBe(vector.payloadHash)
    }
  })

  test('action-hash.md: fields give the text, and both give the hash', () => {
    const vectors = vectorsOf<{ fields: ActionFields; canonical: string; actionHash: string }[]>('action-hash')
    expect(vectors.length).toBeGreaterThan(0)
    for (const vector of vectors) {
      expect(canonicalAction(vector.fields)).toBe(vector.canonical)
      expect(actionHash(vector.fields)).toBe(vector.actionHash)
      expect(actionHashOfText(vector.canonical)).toBe(vector.actionHash)
    }
  })

  test('access-review.md: the list gives the text and the hash, and each verdict its text', () => {
    const vectors = vectorsOf<{
      scope: ReviewScope
      canonicalScope: string
      scopeHash: string
      verdicts: SealedVerdict[]
      canonicalVerdicts: string[]
    }>('access-review')
    expect(canonicalReviewScope(vectors.scope)).toBe(vectors.canonicalScope)
    expect(reviewScopeHash(vectors.scope)).toBe(vectors.scopeHash)
    expect(vectors.verdicts.length).toBeGreaterThan(1)
    expect(vectors.verdicts.map(canonicalVerdict)).toEqual(vectors.canonicalVerdicts)
  })
})
