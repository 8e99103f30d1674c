/**
 * Keys: envelope encryption, signing keys and their life, permits, API keys,
 * secrets. Storage and key-encryption keys are injected.
 */
export { KeyError, type KeyErrorCode } from './keyError.ts'
export { frame } from './frame.ts'
export { aeadKey, aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal, aeadTagBytes } from './aead/aesGcm.ts'
export { platformTenant, rewrapKey, type KeyContext, type KeyProvider } from './provider/keyProvider.ts'
export { addRootKey, loadOrCreateRootKeys, loadRootKeys, type RootKeys } from './provider/rootKeyFile.ts'
export { firstKekVersion, LocalFileProvider, type KekVersions } from './provider/localFileProvider.ts'
export {
  monthOf,
  type DataKeyScope,
  type DataKeyStore,
  type DestroyWhat,
  type StoredDataKey,
} from './envelope/dataKeyStore.ts'
export { MemoryDataKeyStore } from './envelope/memoryDataKeyStore.ts'
export { DataKeyring, sealsPerKeyMax, type DataKeyringOptions } from './envelope/dataKeyring.ts'
export { sealedOverheadBytes } from './envelope/sealedFormat.ts'
export { newSalt, openJson, saltBytes, sealJson, sealJsonSync } from './envelope/sealedJson.ts'
export * from './signing/signingKey.ts'
export * from './signing/signatures.ts'
export { MemorySigningKeyStore, type SigningKeyStore } from './signing/signingKeyStore.ts'
export type { PublicKeyRecord, Rotation, Signature, Signer, SigningPurpose } from './signing/signer.ts'
export { LocalSigner, openSigningKey, type LocalSignerOptions, type PermitKey } from './signing/localSigner.ts'
export { jwsAlgorithms, signJws, verifyJws, type JwsAlgorithm, type VerifiedJws } from './signing/jws.ts'
export { readRegisteredKey, registeredKeySigned, type RegisteredKey } from './signing/registeredKey.ts'
export {
  jwksDocument,
  publicKeyJwk,
  trustDocument,
  type TrustDocument,
  type TrustKey,
} from './signing/publicDocuments.ts'
export { checkPermit, mintPermit, permitPrefix, readPermitId } from './tokens/permitToken.ts'
export { apiKeyMatches, hashApiKey, newApiKey, parseApiKey, type NewApiKey } from './tokens/apiKey.ts'
export { hashToken, randomToken, textsEqual } from './tokens/randomToken.ts'
export {
  enrolmentTokenPrefix,
  mintRowToken,
  readRowToken,
  refreshTokenPrefix,
  type NewRowToken,
} from './tokens/rowToken.ts'
export { emailIndex } from './tokens/emailIndex.ts'
export { Secret } from './tokens/secret.ts'
