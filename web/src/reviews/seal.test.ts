/** A review's seal agrees for what was sealed, and for nothing else. */
import { reviewScopeHash } from '@muster/canonical-json'
import { toHex, verdictRoot } from '@muster/ledger'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SealedItem } from './documents.ts'
import { checkSeal, type PinnedReview } from './seal.ts'

const itemOf = (at: number): SealedItem => ({
  id: `item-${at}`,
  grantId: `grant-${at}`,
  agentId: 'agent',
  agentSlug: 'refund-bot',
  tool: `tool-${at}`,
  action: at % 2 === 0 ? null : 'read',
  mutates: at % 3 === 0,
  grantedBy: 'giver',
  grantedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  used: at,
  denied: 0,
  peers: 0,
  previousVerdict: null,
  advice: 'KEEP',
  adviceReason: 'IN_USE',
  verdict: 'RECERTIFIED',
  justificationCommitment: null,
  modifiedAction: null,
  modifiedExpiresAt: null,
  decidedBy: 'reviewer',
  decidedAt: '2026-02-01T00:00:00.000Z',
})

function sealed(items: readonly SealedItem[]): PinnedReview {
  const scope = items.map((item) => ({ ...item, item: item.id, grant: item.grantId, agent: item.agentId }))
  const root = verdictRoot(
    items.map((item) => ({
      ...item,
      review: 'review',
      item: item.id,
      grant: item.grantId,
      verdict: item.verdict ?? '',
      decidedAt: item.decidedAt ?? '',
      justification: item.justificationCommitment,
    })),
  )
  return {
    id: 'review',
    scopeId: null,
    itemCount: items.length,
    scopeHash: reviewScopeHash({ tenant: 'tenant', review: 'review', orgUnit: null, items: scope }),
    verdictRoot: toHex(root),
  }
}

describe('the seal', () => {
  const items = Array.from({ length: 9 }, (_, at) => itemOf(at))
  const review = sealed(items)

  test('agrees for the items that were sealed', () => {
    expect(checkSeal('tenant', review, items)).toEqual({
      state: 'agree',
      scopeHash: review.scopeHash,
      verdictRoot: review.verdictRoot,
    })
  })

  test('disagrees after any change of any item, of their order, of the tenant and of the root', () => {
    const changes: Partial<SealedItem>[] = [
      { verdict: 'REVOKED' },
      { decidedBy: null },
      { justificationCommitment: 'ab' },
      { modifiedAction: 'read' },
      { used: 1_000 },
      { advice: 'REVOKE' },
      { action: 'drop' },
      { verdict: null },
    ]
    fc.assert(
      fc.property(fc.nat(items.length - 1), fc.constantFrom(...changes), (at, change) => {
        const forged = items.with(at, { ...items[at]!, ...change })
        expect(checkSeal('tenant', review, forged).state).toBe('disagree')
      }),
    )
    expect(checkSeal('tenant', review, items.toReversed()).state).toBe('disagree')
    expect(checkSeal('other', review, items).state).toBe('disagree')
    expect(checkSeal('tenant', { ...review, verdictRoot: '0'.repeat(64) }, items).state).toBe('disagree')
  })

  test('is not judged by who sees a part of the items', () => {
    expect(checkSeal('tenant', review, items.slice(1))).toEqual({ state: 'partial', seen: 8 })
  })

  test('of an open review is over the list alone', () => {
    const open = { ...review, verdictRoot: null }
    const undecided = items.map((item) => ({ ...item, verdict: null, decidedAt: null, decidedBy: null }))
    expect(checkSeal('tenant', open, undecided)).toMatchObject({ state: 'agree', verdictRoot: null })
  })
})
