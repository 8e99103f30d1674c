/**
 * When each API key was last used, told to identity once a minute: a write for
 * every request would cost more than the request.
 */
import { newId, type Clock } from '@muster/kernel'
import type { Logger } from 'pino'
import type { SignInDoor } from '../sessions/signInDoor.ts'
import type { HandoverDesk, Principal } from './principal.ts'

export interface KeyUses {
  note(principal: Principal): void
  /** Tells what is not told yet and stops. */
  stop(): Promise<void>
}

const tellEveryMs = 60_000

export function keyUses(door: SignInDoor, desk: HandoverDesk, clock: Clock, log: Logger): KeyUses {
  let pending = new Map<string, Map<string, number>>()

  async function tell(): Promise<void> {
    const uses = pending
    pending = new Map()
    for (const [tenantId, keys] of uses) {
      const handover = desk.forDoor(tenantId, tenantId, newId(), 'muster_identity')
      const list = [...keys].map(([keyId, ms]) => ({ keyId, usedAt: new Date(ms) }))
      // A use that is not noted is a gap in a list for people, never in the ledger.
      await door
        .noteKeysUsed({ muster_identity: handover }, list)
        .catch((error: unknown) => log.warn({ err: error }, 'the use of keys could not be noted'))
    }
  }

  const timer = setInterval(() => void tell(), tellEveryMs)
  timer.unref()
  return {
    note(principal) {
      if (principal.kind === 'person') return
      let keys = pending.get(principal.tenantId)
      if (keys === undefined) {
        keys = new Map()
        pending.set(principal.tenantId, keys)
      }
      keys.set(principal.credential, clock.nowMs())
    },
    async stop() {
      clearInterval(timer)
      await tell()
    },
  }
}
