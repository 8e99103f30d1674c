/** The passport's public door. */
export { createPassport } from './subgraph.ts'
export type { Passport } from './passport.ts'
export type { PassportDeps } from './room.ts'
export type { CheckpointVault, OutsideVault, TombstoneVault } from './checkpoints/vault.ts'
export { fileCheckpointVault } from './checkpoints/fileVault.ts'
export type { LogState } from './checkpoints/start.ts'
export type { ProofRange, RangeProof } from './ledger/proveRange.ts'
