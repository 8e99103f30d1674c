/**
 * The passport service as a process of its own (environment: `serveAlone` in the subgraph kit).
 *
 *   MUSTER_CHECKPOINTS  folder for checkpoints and tombstones, on another disk than the database's
 */
import { currentScope } from '@muster/db'
import type { TileId } from '@muster/ledger'
import { serveAlone, type ServiceDeps } from '@muster/subgraph-kit'
import { fileCheckpointVault } from './checkpoints/fileVault.ts'
import type { ProofRange } from './ledger/proveRange.ts'
import { createPassport } from './subgraph.ts'

const folder = process.env['MUSTER_CHECKPOINTS']
if (folder === undefined || folder === '') throw new Error('`MUSTER_CHECKPOINTS` is not set')
const vault = fileCheckpointVault(folder)

// On top of what it was given and not a copy: what this service never asks for need not be set.
await serveAlone(async (deps) => {
  const passport = await createPassport(Object.assign(Object.create(deps) as ServiceDeps, { vault }))
  return {
    ...passport,
    // What the gateway serves of a log, under the hand-over that came with the call.
    door: {
      checkpoint: (origin: string) => passport.checkpoint(currentScope().handovers, origin),
      tile: (tile: TileId & { kind: 'hashes' | 'entries' }, origin: string) =>
        passport.tile(currentScope().handovers, tile, origin),
      trustDocument: (origin: string) => passport.trustDocument(currentScope().handovers, origin),
      proveRange: ({ range, origin }: { range: ProofRange; origin: string }) =>
        passport.proveRange(currentScope().handovers, range, origin),
      exportLedger: (origin: string) => passport.exportLedger(currentScope(), origin),
    },
  }
})
