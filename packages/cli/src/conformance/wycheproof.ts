/**
 * Project Wycheproof's vectors through the very functions the product seals,
 * signs and verifies with.
 *
 * What must hold: nothing invalid is accepted, everything valid within our
 * parameters is accepted, and what is valid but outside them (other key, nonce
 * or tag lengths, other algorithms) is refused. The last kind is counted apart.
 */
import {
  aeadKey,
  aeadOpen,
  aeadSeal,
  importPublic,
  KeyError,
  verifyEd25519,
  verifyEs256,
  verifyHmacSha256,
  verifyJws,
} from '@muster/keys'
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import type { CaseResult, RunSuite } from './suite.ts'
import { jsonFilesBelow, list, number, object, readJsonFile, string } from './vectorFiles.ts'

const suite = 'wycheproof'

type Seen = 'accepted' | 'refused'

interface Part {
  /** Whether the vector's parameters are ones the product uses; read from the vector, not from our answer. */
  readonly ours: (group: JsonObject, test: JsonObject) => boolean
  /** The vector through our code. */
  readonly attempt: (group: JsonObject, test: JsonObject) => Seen | Promise<Seen>
}

const always = (): boolean => true

const parts: Readonly<Record<string, Part>> = {
  'aes_gcm_test.json': {
    ours: ({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128,
    attempt: tryAesGcm,
  },
  'ecdsa_secp256r1_sha256_p1363_test.json': { ours: always, attempt: tryEs256 },
  'ed25519_test.json': { ours: always, attempt: tryEd25519 },
  'hmac_sha256_test.json': { ours: ({ tagSize }) => tagSize === 256, attempt: tryHmac },
  'json_web_key_test.json': { ours: (_, test) => signedOurWay(test), attempt: tryJws },
  'json_web_signature_test.json': { ours: (_, test) => signedOurWay(test), attempt: tryJws },
}

export const run: RunSuite = async function* (dir) {
  for (const file of await jsonFilesBelow(dir)) {
    const part = parts[file]
    if (part === undefined) {
      yield { suite, group: file, name: file, ok: false, detail: 'no part of the product is tried with this file' }
      continue
    }
    const vectors = await readJsonFile(dir, file)
    for (const each of list(vectors['testGroups'], file)) {
      const group = object(each, file)
      for (const item of list(group['tests'], file)) {
        const test = object(item, file)
        yield judge(file, test, part.ours(group, test), await part.attempt(group, test))
      }
    }
  }
}

function judge(file: string, test: JsonObject, ours: boolean, seen: Seen): CaseResult {
  const result = string(test['result'], file)
  const name = `${file} ${number(test['tcId'], file)} ${string(test['comment'], file)}`.trimEnd()
  const part = file.replace('_test.json', '')
  const of = (group: string, ok: boolean, detail?: string): CaseResult =>
    detail === undefined ? { suite, group, name, ok } : { suite, group, name, ok, detail }
  switch (result) {
    case 'invalid':
      return of(part, seen !== 'accepted', seen === 'accepted' ? 'an invalid vector was accepted' : undefined)
    case 'valid':
    case 'acceptable':
      if (!ours) return of('outside, refused', seen === 'refused', `${part}: none of our parameters`)
      return of(part, seen === 'accepted', seen === 'refused' ? 'a valid vector was refused' : undefined)
    default:
      return of(part, false, `the expected result \`${result}\` is not known`)
  }
}

function hex(value: JsonValue | undefined, what: string): Buffer {
  const text = string(value, what)
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new TypeError(`${what}: not hex`)
  return Buffer.from(text, 'hex')
}

/** Runs a function of ours; its typed refusals are the answer, anything else is a crash. */
function seenFrom(work: () => boolean): Seen {
  try {
    return work() ? 'accepted' : 'refused'
  } catch (error) {
    return seenIn(error)
  }
}

function seenIn(error: unknown): Seen {
  if (!(error instanceof KeyError)) throw error
  return 'refused'
}

function tryAesGcm(_: JsonObject, test: JsonObject): Seen {
  const [key, nonce, aad] = [hex(test['key'], 'key'), hex(test['iv'], 'iv'), hex(test['aad'], 'aad')]
  const [message, body, tag] = [hex(test['msg'], 'msg'), hex(test['ct'], 'ct'), hex(test['tag'], 'tag')]
  return seenFrom(() => {
    const imported = aeadKey(key)
    const sealed = Buffer.concat([body, tag])
    const opened = aeadOpen(imported, nonce, sealed, aad)
    // Both ways: what opens must also be what we would have sealed.
    return opened.equals(message) && aeadSeal(imported, nonce, message, aad).equals(sealed)
  })
}

function tryEs256(group: JsonObject, test: JsonObject): Seen {
  const point = hex(object(group['publicKey'], 'key')['uncompressed'], 'point')
  const [message, signature] = [hex(test['msg'], 'msg'), hex(test['sig'], 'sig')]
  const coordinate = (from: number): string => point.toString('base64url', from, from + 32)
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) }
  return seenFrom(() => verifyEs256(importPublic(jwk, 'ES256'), message, signature))
}

function tryEd25519(group: JsonObject, test: JsonObject): Seen {
  const x = hex(object(group['publicKey'], 'key')['pk'], 'pk').toString('base64url')
  const [message, signature] = [hex(test['msg'], 'msg'), hex(test['sig'], 'sig')]
  return seenFrom(() => verifyEd25519(importPublic({ kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519'), message, signature))
}

function tryHmac(_: JsonObject, test: JsonObject): Seen {
  const [key, message, tag] = [hex(test['key'], 'key'), hex(test['msg'], 'msg'), hex(test['tag'], 'tag')]
  return seenFrom(() => verifyHmacSha256(key, message, tag))
}

/** The token says it is signed with an algorithm of ours. */
function signedOurWay(test: JsonObject): boolean {
  const header = Buffer.from(string(test['jws'], 'jws').split('.')[0] ?? '', 'base64url').toString('utf8')
  return /"alg"\s*:\s*"(ES256|EdDSA)"/.test(header)
}

async function tryJws(group: JsonObject, test: JsonObject): Promise<Seen> {
  const token = string(test['jws'], 'jws')
  const keys = object(group['public'] ?? group['private'], 'keys')
  const set = 'keys' in keys ? list(keys['keys'], 'keys').map(jwkOf) : [jwkOf(keys)]
  try {
    await verifyJws(token, set)
    return 'accepted'
  } catch (error) {
    return seenIn(error)
  }
}

/** Keys as they stand in the vector, oddities included: refusing them is our code's task. */
function jwkOf(value: JsonValue | undefined): Record<string, string> {
  return { ...object(value, 'key') } as Record<string, string>
}
