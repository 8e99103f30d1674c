/** The keys a log's checkpoints may be signed with, as the world may know them. */
import { BadVerifierKey, readPublicKey, verifierOf, type NoteVerifier } from '@muster/ledger'
import { fetchOwn, RequestFailure } from '../graph/requestFailure.ts'

/** The log's keys of every state: a retired one still vouches for what it signed. Null when none are published. */
export async function publishedKeys(origin: string): Promise<NoteVerifier[] | null> {
  try {
    const response = await fetchOwn(`/.well-known/muster-trust/${encodeURIComponent(origin)}.json`)
    const { keys } = (await response.json()) as { keys: { use?: string; jwk?: { crv?: string; x?: string } }[] }
    const usable = keys.flatMap(({ use, jwk }) =>
      use === 'ledger' && jwk?.crv === 'Ed25519' && jwk.x !== undefined
        ? [verifierOf(origin, readPublicKey(jwk.x))]
        : [],
    )
    return usable.length === 0 ? null : usable
  } catch (error) {
    if (error instanceof RequestFailure || error instanceof BadVerifierKey) return null
    throw error
  }
}

/** The published key whose signature stands on the note: the first characters of its line. */
export function signerOf(note: string, verifiers: readonly NoteVerifier[] | null): string | null {
  const line = note.split('\n').findLast((each) => each.startsWith('— '))
  return verifiers === null || line === undefined ? null : (line.split(' ')[2]?.slice(0, 8) ?? null)
}
