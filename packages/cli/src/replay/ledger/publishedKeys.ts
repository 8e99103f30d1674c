/**
 * The keys a tenant signs its ledger with, as `/.well-known/muster-trust` gives
 * them: every state, because a retired key still vouches for what it signed.
 *
 * They come from the server that is being checked, so they prove that it agrees
 * with itself; `muster verify --key` pins them.
 */
import type { JsonObject } from '@muster/canonical-json'
import { BadVerifierKey, readPublicKey, verifierOf, type NoteVerifier } from '@muster/ledger'
import { listOf, maybeObject, maybeText } from '../client/answers.ts'
import { isTransientStatus } from '../client/backoff.ts'
import type { Connection, Exchange } from '../client/connection.ts'
import { RequestFailed } from '../client/errors.ts'
import { patiently, type Judged, type Traffic } from '../client/patience.ts'

/** Null when the server publishes none that can be read. */
export async function publishedKeys(
  connection: Connection,
  traffic: Traffic,
  origin: string,
): Promise<readonly NoteVerifier[] | null> {
  const path = `/.well-known/muster-trust/${encodeURIComponent(origin)}.json`
  try {
    const { value } = await patiently(connection, traffic, () => connection.get(path, {}), judge)
    const keys = listOf(value['keys'], '`keys`').map((key) => ledgerKey(key, origin))
    const usable = keys.filter((key) => key !== null)
    return usable.length === 0 ? null : usable
  } catch (error) {
    if (error instanceof RequestFailed || error instanceof BadVerifierKey) return null
    throw error
  }
}

function judge({ status, body, requestId }: Exchange): Judged<JsonObject> {
  const document = maybeObject(body ?? undefined)
  if (status === 200 && document !== null) return { kind: 'answered', value: document }
  if (isTransientStatus(status)) return { kind: 'again' }
  return { kind: 'failed', error: new RequestFailed(`HTTP_${status}`, 'no key history is published', requestId) }
}

/** Null for a key of another purpose. */
function ledgerKey(key: JsonObject, origin: string): NoteVerifier | null {
  const jwk = maybeObject(key['jwk'])
  if (key['use'] !== 'ledger' || jwk?.['crv'] !== 'Ed25519') return null
  const x = maybeText(jwk, 'x')
  return x === null ? null : verifierOf(origin, readPublicKey(x))
}
