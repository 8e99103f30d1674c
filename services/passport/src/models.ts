/**
 * What the resolvers of each type start from: the rows and values the use
 * cases give. Read by the code generation (`tools/codegen.ts`).
 */
import type { SigningKeyRecord } from '@muster/keys'
import type { CheckpointModel as StoredCheckpoint } from './checkpoints/store.ts'
import type { HeadModel } from './ledger/head.ts'
import type { ReceiptModel as RecordedReceiptModel } from './ledger/receipts.ts'
import type { VerificationModel } from './ledger/verify.ts'
import type { ManifestModel as StoredManifest } from './manifests/store.ts'

export interface AgentModel {
  id: string
}
export type LedgerHeadModel = HeadModel
export type LedgerVerificationModel = VerificationModel
export type ReceiptModel = RecordedReceiptModel
export type CheckpointModel = StoredCheckpoint
export type SigningKeyModel = SigningKeyRecord
export type ManifestModel = StoredManifest
