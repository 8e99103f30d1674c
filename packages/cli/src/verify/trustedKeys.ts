/**
 * Whose signatures count, and who says so.
 *
 * A file that brings its own keys proves only that it agrees with itself; keys
 * pinned by the reader prove who signed. The report says which it was.
 */
import { readFile } from 'node:fs/promises'
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import {
  BadExportLine,
  BadVerifierKey,
  ed25519Verifier,
  readKeys,
  readPublicKey,
  verifierOf,
  type ExportedKey,
  type NoteVerifier,
} from '@muster/ledger'
import { CannotAsk } from '../command.ts'

export type KeySource = 'pinned' | 'trust file' | 'the file itself' | 'none'

export interface TrustedKeys {
  readonly source: KeySource
  /** Null when no key is known: signatures cannot be checked. */
  readonly verifiers: readonly NoteVerifier[] | null
}

/** @throws CannotAsk for a key or trust file that cannot be read. */
export async function trustedKeys(
  origin: string,
  pinned: readonly string[],
  trustFile: string | null,
  ownKeys: readonly ExportedKey[],
): Promise<TrustedKeys> {
  try {
    if (pinned.length > 0) return { source: 'pinned', verifiers: pinned.map((key) => pinnedVerifier(key, origin)) }
    if (trustFile !== null) {
      return { source: 'trust file', verifiers: verifiersOf(origin, await keysOfTrustFile(trustFile, origin)) }
    }
    if (ownKeys.length > 0) return { source: 'the file itself', verifiers: verifiersOf(origin, ownKeys) }
    return { source: 'none', verifiers: null }
  } catch (error) {
    if (error instanceof BadVerifierKey || error instanceof BadExportLine || error instanceof UnsafeJson) {
      throw new CannotAsk(`a key cannot be read: ${error.message}`)
    }
    throw error
  }
}

/** A verifier key as it stands, or a bare public key under the log's name. */
function pinnedVerifier(key: string, origin: string): NoteVerifier {
  return /\+[0-9a-f]{8}\+/.test(key) ? ed25519Verifier(key) : verifierOf(origin, readPublicKey(key))
}

function verifiersOf(origin: string, keys: readonly ExportedKey[]): NoteVerifier[] {
  const distinct = new Set(keys.map((key) => key.publicKey))
  return [...distinct].map((key) => verifierOf(origin, readPublicKey(key)))
}

async function keysOfTrustFile(path: string, origin: string): Promise<ExportedKey[]> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new CannotAsk(`\`${path}\` cannot be read`, { cause: error })
  }
  const document = parseStrict(bytes)
  if (!isObject(document)) throw new BadExportLine('the trust file is not a JSON object')
  if (document['origin'] !== undefined && document['origin'] !== origin) {
    throw new CannotAsk(`\`${path}\` is the trust document of another ledger`)
  }
  return document['schema'] === 'muster/trust/v1' ? servedKeys(document['keys']) : readKeys(document['keys'])
}

/**
 * The ledger keys of a trust document as a Muster serves it at `/.well-known/muster-trust/{origin}.json`;
 * its other keys sign other things.
 */
function servedKeys(value: JsonValue | undefined): ExportedKey[] {
  if (!Array.isArray(value)) throw new BadExportLine('the trust document has no keys')
  const ledgerKeys = (value as readonly JsonValue[]).filter((key) => isObject(key) && key['use'] === 'ledger')
  return readKeys(
    (ledgerKeys as readonly JsonObject[]).map((key) => ({
      kid: key['kid'] ?? null,
      publicKey: isObject(key['jwk'] ?? null) ? ((key['jwk'] as JsonObject)['x'] ?? null) : null,
      state: key['state'] ?? null,
      from: key['notBefore'] ?? null,
      to: key['signedUntil'] ?? null,
    })),
  )
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
