/**
 * The ledger: receipt bodies, the chain, the Merkle tree, checkpoints, proofs
 * and verification. Pure; runs in Node, in the browser and offline.
 */
export { concat, fromBase64, fromHex, sameBytes, toBase64, toHex, utf8 } from './bytes.ts'
export { genesisLink, leafHash, linkHash } from './receipt/chain.ts'
export { commitment, saltLengthMin } from './receipt/commitment.ts'
export {
  BadReceiptBody,
  composeBody,
  parseReceiptBody,
  receiptSchema,
  type ReceiptActor,
  type ReceiptActorKind,
  type ReceiptBody,
} from './receipt/receiptBody.ts'
export { emptyRoot, hashLength, leafHashOf, nodeHash } from './merkle/treeHash.ts'
export { CompactRange, merkleRoot, type StoredFrontier } from './merkle/compactRange.ts'
export { verdictRoot } from './merkle/verdictRoot.ts'
export {
  consistencyProof,
  inclusionProof,
  perfectSubtrees,
  readNodesOf,
  rootAt,
  type NodeId,
  type ReadNodes,
} from './merkle/proofPaths.ts'
export {
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from './merkle/verifyProofs.ts'
export {
  newTiles,
  parseTilePath,
  readNodesFromTiles,
  tileIn,
  tilePath,
  tileRoot,
  tileWidth,
  type ReadTile,
  type TileId,
} from './merkle/tiles.ts'
export { decodeEntryBundle, encodeEntryBundle, entryLengthMax } from './merkle/entryBundle.ts'
export {
  BadVerifierKey,
  ed25519KeyId,
  ed25519Verifier,
  formatVerifierKey,
  keyIdHex,
  readPublicKey,
  verifierOf,
  verifyEd25519,
  type NoteVerifier,
} from './notes/verifierKey.ts'
export {
  NoteError,
  openNote,
  parseNote,
  signNote,
  type NoteErrorCode,
  type NoteSignature,
  type NoteSigner,
  type OpenedNote,
  type ParsedNote,
} from './notes/signedNote.ts'
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpointText,
  readCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from './notes/checkpoint.ts'
export {
  breakReasons,
  type Break,
  type BreakReason,
  type LedgerEntry,
  type LedgerVerdict,
} from './verification/verdict.ts'
export {
  LedgerVerifier,
  type LedgerHead,
  type VerifiedPoint,
  type VerifierOptions,
} from './verification/ledgerVerifier.ts'
export { verifyLedger } from './verification/verifyLedger.ts'
export {
  Witness,
  type FetchProof,
  type WitnessAnswer,
  type WitnessRefusal,
  type WitnessState,
} from './verification/witness.ts'
export {
  BadExportLine,
  exportFormat,
  lineBytesMax,
  parseExportLine,
  readEntry,
  readHead,
  readKeys,
  writeCheckpointLine,
  writeEntryLine,
  writeHeaderLine,
  type ExportedKey,
  type ExportHeader,
  type ExportLine,
} from './exportFile/exportLines.ts'
export { frontierOfInclusion } from './merkle/frontierOf.ts'
export {
  parseProofHeader,
  parseProvenEntry,
  proofFormat,
  provenEntriesMax,
  writeProofHeader,
  writeProvenEntry,
  type ProofHeader,
  type ProvenEntry,
} from './proofFile/proofLines.ts'
export { proofReasons, ProofVerifier, type ProofReason, type ProofVerdict } from './proofFile/proofVerifier.ts'
