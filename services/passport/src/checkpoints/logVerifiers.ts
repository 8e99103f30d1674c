/**
 * The tenant's ledger keys as verifiers of its notes, on Node's own Ed25519,
 * which is ten times as fast as the portable one.
 */
import { importPublic, rawEd25519, verifyEd25519, type PublicKeyRecord } from '@muster/keys'
import { ed25519KeyId, type NoteVerifier } from '@muster/ledger'

/** One verifier a key of any state: what a key signed in time stays good. @param origin the key name in notes. */
export function logVerifiers(origin: string, keys: readonly PublicKeyRecord[]): NoteVerifier[] {
  return keys.map(({ publicJwk }) => {
    const key = importPublic(publicJwk, 'Ed25519')
    return {
      name: origin,
      keyId: ed25519KeyId(origin, rawEd25519(publicJwk)),
      verify: (text, signature) => verifyEd25519(key, text, signature),
    }
  })
}
