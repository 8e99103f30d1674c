/**
 * The local provider: key-encryption keys derived from a root key file.
 *
 * kek(tenant, version) = HKDF-SHA-256(root, salt of the installation,
 *   info = frame("muster/kek/v1", tenant, version)), 32 bytes (RFC 5869).
 * Nothing is shared between tenants, and raising a tenant's version gives it a
 * new key-encryption key at once; earlier versions still unwrap.
 *
 * Wrapped: 0x01 ‖ root id (4) ‖ version (uint32 BE) ‖ nonce (12) ‖ ciphertext ‖ tag (16),
 * authenticated with frame("muster/wrap/v1", header, tenant, context…).
 */
import { hkdfSync, type KeyObject } from 'node:crypto'
import { aeadKey, aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal } from '../aead/aesGcm.ts'
import { frame } from '../frame.ts'
import { KeyError } from '../keyError.ts'
import { pooledRandomBytes } from '../randomBytesPool.ts'
import type { KeyContext, KeyProvider } from './keyProvider.ts'
import { loadOrCreateRootKeys, type RootKeys } from './rootKeyFile.ts'

/** Which version of its key-encryption key a tenant wraps with: from 1, raised by rotation. */
export interface KekVersions {
  current(tenantId: string): Promise<number>
}

/** Every tenant at version 1: for an installation that rotates data keys only. */
export const firstKekVersion: KekVersions = { current: async () => 1 }

const formatByte = 0x01
const headerBytes = 1 + 4 + 4
const kekCacheMax = 4_096

export class LocalFileProvider implements KeyProvider {
  readonly id = 'local-file'
  readonly #roots: RootKeys
  readonly #versions: KekVersions
  readonly #keks = new Map<string, KeyObject>()

  constructor(roots: RootKeys, versions: KekVersions = firstKekVersion) {
    this.#roots = roots
    this.#versions = versions
  }

  /** Opens the provider on a root key file, created when missing. */
  static async open(path: string, versions: KekVersions = firstKekVersion): Promise<LocalFileProvider> {
    return new LocalFileProvider(await loadOrCreateRootKeys(path), versions)
  }

  async wrapKey(tenantId: string, plaintextKey: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const version = await this.#versions.current(tenantId)
    const root = this.#roots.keys.at(-1)!
    const header = Buffer.alloc(headerBytes)
    header[0] = formatByte
    header.write(root.id, 1, 'hex')
    header.writeUInt32BE(version, 5)
    const nonce = pooledRandomBytes(aeadNonceBytes)
    const sealed = aeadSeal(
      this.#kek(root.id, tenantId, version),
      nonce,
      plaintextKey,
      wrapAad(header, tenantId, context),
    )
    return Buffer.concat([header, nonce, sealed])
  }

  async unwrapKey(tenantId: string, wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength)
    if (bytes.length < headerBytes + aeadNonceBytes || bytes[0] !== formatByte) {
      throw new KeyError('TAMPERED', 'a wrapped key is not in the format of this provider')
    }
    const header = bytes.subarray(0, headerBytes)
    const kek = this.#kek(header.toString('hex', 1, 5), tenantId, header.readUInt32BE(5))
    const nonce = bytes.subarray(headerBytes, headerBytes + aeadNonceBytes)
    return aeadOpen(kek, nonce, bytes.subarray(headerBytes + aeadNonceBytes), wrapAad(header, tenantId, context))
  }

  #kek(rootId: string, tenantId: string, version: number): KeyObject {
    const name = `${rootId}/${version}/${tenantId}`
    const known = this.#keks.get(name)
    if (known !== undefined) return known
    const root = this.#roots.keys.find(({ id }) => id === rootId)
    if (root === undefined) throw new KeyError('TAMPERED', `root key \`${rootId}\` is not in the root key file`)
    const info = frame('muster/kek/v1', tenantId, String(version))
    const derived = new Uint8Array(hkdfSync('sha256', root.key, this.#roots.salt, info, aeadKeyBytes))
    const kek = aeadKey(derived)
    derived.fill(0)
    if (this.#keks.size >= kekCacheMax) this.#keks.clear() // derived again in microseconds
    this.#keks.set(name, kek)
    return kek
  }
}

function wrapAad(header: Uint8Array, tenantId: string, context: KeyContext): Buffer {
  const pairs = Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return frame('muster/wrap/v1', header, tenantId, ...pairs.flat())
}
