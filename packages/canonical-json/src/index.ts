/** Canonical JSON: strict parsing, RFC 8785, and the hashes over it. Runs in Node and in the browser. */
export { UnsafeJson, unsafeJsonCodes, type UnsafeJsonCode } from './unsafeJson.ts'
export type { JsonObject, JsonValue } from './jsonValue.ts'
export { maxBytesDefault, maxDepthDefault, parseStrict, type ParseLimits } from './parseStrict.ts'
export { readJson } from './readJson.ts'
export { canonicalDepthMax, canonicalize } from './canonicalize.ts'
export { sha256, sha256Hex } from '#sha256'
export { hashCanonical, hashCanonicalText, type HashDomain } from './hashCanonical.ts'
export {
  actionDomain,
  actionHash,
  actionHashOfText,
  canonicalAction,
  canonicalPayload,
  payloadDomain,
  payloadHash,
  payloadHashOfText,
  type ActionFields,
  type PayloadFields,
} from './actionPins.ts'
export {
  canonicalReviewScope,
  canonicalVerdict,
  reviewScopeDomain,
  reviewScopeHash,
  reviewVerdictDomain,
  type ReviewScope,
  type ReviewScopeItem,
  type SealedVerdict,
} from './reviewPins.ts'
export { hashesAgree, isHash } from './hashesAgree.ts'
