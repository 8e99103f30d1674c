/**
 * Principals remembered for less than a second, so that a thousand requests of
 * one credential ask the database once and a revocation still takes effect
 * within a second.
 *
 * Keys are SHA-256 of the credential; the credential itself is kept nowhere.
 * INVARIANT (a second): an answer is used for at most `rememberMs` counted from
 * before the question was asked.
 */
import { LRUCache } from 'lru-cache'
import type { Principal } from './principal.ts'

const rememberMs = 950
/** From this age on the next use asks again in the background, so that no request waits for it. */
const renewMs = 500
const principalsMax = 20_000
/** Refusals are kept apart: whoever sends garbage can push out garbage alone. */
const refusalsMax = 5_000

interface Remembered {
  principal: Principal
  askedAt: number
}

export interface PrincipalMemory {
  /**
   * What is remembered and still fresh: a principal, null for a refusal,
   * undefined for neither. Asks again in the background when it grows old.
   */
  recall(digest: string, question: () => Promise<Principal | null>): Principal | null | undefined
  /** Asks, sharing the question with everybody who has it at the same time. */
  ask(digest: string, question: () => Promise<Principal | null>): Promise<Principal | null>
  /** Forgets one credential at once: after a sign-out. */
  forget(digest: string): void
}

export function principalMemory(): PrincipalMemory {
  const good = new LRUCache<string, Remembered>({ max: principalsMax })
  const bad = new LRUCache<string, number>({ max: refusalsMax })
  const open = new Map<string, Promise<Principal | null>>()

  function ask(digest: string, question: () => Promise<Principal | null>): Promise<Principal | null> {
    let asked = open.get(digest)
    if (asked !== undefined) return asked
    const askedAt = performance.now()
    asked = question()
      .then((principal) => {
        if (open.get(digest) !== asked) return principal // forgotten meanwhile
        if (principal === null) {
          good.delete(digest)
          bad.set(digest, askedAt)
        } else {
          bad.delete(digest)
          good.set(digest, { principal, askedAt })
        }
        return principal
      })
      .finally(() => {
        if (open.get(digest) === asked) open.delete(digest)
      })
    open.set(digest, asked)
    return asked
  }

  return {
    ask,
    recall(digest, question) {
      const now = performance.now()
      const known = good.get(digest)
      if (known !== undefined && now - known.askedAt < rememberMs) {
        // A failed renewal is forgotten with the answer; the next request asks for itself and hears why.
        if (now - known.askedAt > renewMs && !open.has(digest)) ask(digest, question).catch(() => good.delete(digest))
        return known.principal
      }
      const refusedAt = bad.get(digest)
      return refusedAt !== undefined && now - refusedAt < rememberMs ? null : undefined
    },
    forget(digest) {
      good.delete(digest)
      bad.delete(digest)
      open.delete(digest)
    },
  }
}
