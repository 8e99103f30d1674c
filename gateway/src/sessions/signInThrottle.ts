/**
 * Slows guessing of passwords without giving strangers a way to lock anybody
 * out.
 *
 * Failures are counted for one account from one address, and for one address
 * over all accounts; neither count is shared with the account's own person
 * somewhere else. When an account is tried from many addresses at once, every
 * further try at it waits a little, the right one included: guessing grows
 * slow, signing in stays possible.
 */
import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { GatewayConfig } from '../config.ts'
import { Refused } from '../door/problem.ts'

const windowSeconds = 900
/** Failures of one account, from anywhere, after which tries at it begin to wait. */
const spreadFailures = 30
/** The longest wait, milliseconds: a person notices, a robot with a million guesses gives up. */
const waitMsMax = 3_000
const waitMsEach = 100

export interface SignInThrottle {
  /** Throws `RATE_LIMITED`, or waits, before a password is looked at. The same for accounts that do not exist. */
  admit(account: string, address: string): Promise<void>
  failed(account: string, address: string): Promise<void>
  /** The right password clears what was counted against this account from this address. */
  succeeded(account: string, address: string): Promise<void>
}

/** `account` is any stable name of it: here the blind index of the address typed. */
export function signInThrottle(limits: GatewayConfig['signInFailures']): SignInThrottle {
  const pairs = new RateLimiterMemory({ points: limits.pair, duration: windowSeconds })
  const addresses = new RateLimiterMemory({ points: limits.address, duration: windowSeconds })
  const accounts = new RateLimiterMemory({ points: spreadFailures, duration: windowSeconds })
  const pairOf = (account: string, address: string): string => hash('sha256', `${account} ${address}`, 'base64url')

  return {
    async admit(account, address) {
      const [pair, from, spread] = await Promise.all([
        pairs.get(pairOf(account, address)),
        addresses.get(address),
        accounts.get(account),
      ])
      refuseBeyond(pair, limits.pair)
      refuseBeyond(from, limits.address)
      const excess = (spread?.consumedPoints ?? 0) - spreadFailures
      if (excess > 0) await wait(Math.min(waitMsMax, excess * waitMsEach))
    },
    async failed(account, address) {
      // Beyond a limit `consume` rejects; the counts are what matters here.
      await Promise.allSettled([
        pairs.consume(pairOf(account, address)),
        addresses.consume(address),
        accounts.consume(account),
      ])
    },
    async succeeded(account, address) {
      await pairs.delete(pairOf(account, address))
    },
  }
}

function refuseBeyond(state: RateLimiterRes | null, points: number): void {
  if (state === null || state.consumedPoints < points) return
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
  throw new Refused('RATE_LIMITED', 'too many sign-ins failed; wait, or use another network', {
    headers: { 'retry-after': String(seconds) },
  })
}
