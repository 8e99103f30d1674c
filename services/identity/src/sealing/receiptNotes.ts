/**
 * What a receipt knows but does not say: reasons, names, texts.
 *
 * Each note is committed to in the body (`SHA-256(… salt ‖ text)`) and sealed
 * beside it together with the salt. Whoever may open the notes can prove them;
 * once the data key is gone nobody can even test a guess.
 *
 * Sealed value: `{…notes, "salt":hex}`, class `receipt`, subject the agent's or
 * person's id.
 */
import { commitment } from '@muster/ledger'
import { monthOf, newSalt, sealJson, type DataKeyring } from '@muster/keys'

export interface SealedNotes {
  /** For the body: the commitment to each note, under the note's own name. */
  commitments: Record<string, string>
  sealed: Buffer
}

/** Seals notes for one receipt. @param about `subject` is whose data key it is, an agent's or a person's id. */
export async function sealNotes(
  ring: DataKeyring,
  about: { tenantId: string; subject: string; nowMs: number },
  notes: Readonly<Record<string, string>>,
): Promise<SealedNotes> {
  const salt = newSalt()
  const commitments = Object.fromEntries(Object.entries(notes).map(([name, text]) => [name, commitment(salt, text)]))
  const scope = { tenant: about.tenantId, class: 'receipt', month: monthOf(about.nowMs), subject: about.subject }
  return { commitments, sealed: await sealJson(ring, scope, { ...notes, salt: salt.toString('hex') }) }
}
