/**
 * What a receipt knows but does not say: reasons, names, texts.
 *
 * Each note is committed to in the body (`SHA-256(… salt ‖ text)`) and sealed
 * beside it together with its salt. Whoever may open the note can prove it;
 * once the data key is gone nobody can even test a guess.
 *
 * Sealed value: `{"notes":{name:text},"salts":{name:hex}}`, class `receipt`,
 * subject the agent's or person's id, associated data the receipt's id.
 */
import { commitment } from '@muster/ledger'
import { monthOf, newSalt, sealJson, type DataKeyring } from '@muster/keys'

export interface SealedNotes {
  /** For the body: `{reasonCommitment: hex, …}`. */
  commitments: Record<string, string>
  sealed: Buffer
}

/** Seals notes for one receipt. @param about `subject` is whose data key it is, an agent's or a person's id. */
export async function sealNotes(
  ring: DataKeyring,
  about: { tenantId: string; subject: string; receiptId: string; nowMs: number },
  notes: Readonly<Record<string, string>>,
): Promise<SealedNotes> {
  const commitments: Record<string, string> = {}
  const salts: Record<string, string> = {}
  for (const [name, text] of Object.entries(notes)) {
    const salt = newSalt()
    salts[name] = salt.toString('hex')
    commitments[`${name}Commitment`] = commitment(salt, text)
  }
  const scope = { tenant: about.tenantId, class: 'receipt', month: monthOf(about.nowMs), subject: about.subject }
  const sealed = await sealJson(ring, scope, { notes: { ...notes }, salts }, Buffer.from(about.receiptId, 'utf8'))
  return { commitments, sealed }
}
