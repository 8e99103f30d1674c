/**
 * What a receipt says and what it keeps to itself: the body holds a salted
 * commitment, the sealed sidecar beside it the words and the salt, under the
 * data key of whom they are about.
 */
import { canonicalize, type JsonObject } from '@muster/canonical-json'
import { monthOf, newSalt, sealJson } from '@muster/keys'
import { commitment } from '@muster/ledger'
import type { Room } from './room.ts'

export interface SealedWords {
  /** `commitment(salt, JCS(words))`, for the body. */
  commitment: string
  /** `{salt, …words}` sealed, for the sidecar. */
  sealed: Buffer
}

/** Nobody's: words about the company's structure rather than about an agent. */
const nobody = '-'

/** @param subject id of the agent the words are about; null for the structure of the company. */
export async function sealWords(
  room: Room,
  tenant: string,
  subject: string | null,
  words: JsonObject,
): Promise<SealedWords> {
  const salt = newSalt()
  const scope = { tenant, class: 'receipt', month: monthOf(room.clock.nowMs()), subject: subject ?? nobody }
  return {
    commitment: commitment(salt, canonicalize(words)),
    sealed: await sealJson(room.ring, scope, { ...words, salt: salt.toString('hex') }),
  }
}
