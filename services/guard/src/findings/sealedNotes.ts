/**
 * What a receipt of the guard knows but does not say: the words a person gave
 * with an act. The body holds a salted commitment to each, the sealed sidecar
 * the words and the salt, under the data key of the agent they are about.
 */
import { KeyError, monthOf, newSalt, openJson, sealJson } from '@muster/keys'
import { commitment } from '@muster/ledger'
import type { GuardRoom } from '../room.ts'

export interface SealedNotes {
  /** For the body, under the notes' own names. */
  commitments: Record<string, string>
  sealed: Buffer | null
}

/** Nobody's: words that concern no agent. */
const nobody = '-'

export async function sealNotes(
  room: GuardRoom,
  tenant: string,
  agentId: string | null,
  notes: Readonly<Record<string, string>>,
): Promise<SealedNotes> {
  if (Object.keys(notes).length === 0) return { commitments: {}, sealed: null }
  const salt = newSalt()
  const scope = { tenant, class: 'receipt', month: monthOf(room.clock.nowMs()), subject: agentId ?? nobody }
  return {
    commitments: Object.fromEntries(Object.entries(notes).map(([name, text]) => [name, commitment(salt, text)])),
    sealed: await sealJson(room.ring, scope, { ...notes, salt: salt.toString('hex') }),
  }
}

/** What was sealed beside a receipt; null when there is nothing, or it has been forgotten. */
export async function openNotes(
  room: GuardRoom,
  tenant: string,
  sealed: Buffer | null,
): Promise<Readonly<Record<string, unknown>> | null> {
  if (sealed === null) return null
  try {
    return (await openJson(room.ring, tenant, sealed)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw error
  }
}
