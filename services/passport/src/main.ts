/**
 * The passport service as a process of its own (environment: `serveAlone` in the subgraph kit).
 *
 *   MUSTER_CHECKPOINTS  folder for checkpoints and tombstones, on another disk than the database's
 */
import { serveAlone, type ServiceDeps } from '@muster/subgraph-kit'
import { fileCheckpointVault } from './checkpoints/fileVault.ts'
import { createPassport } from './subgraph.ts'

const folder = process.env['MUSTER_CHECKPOINTS']
if (folder === undefined || folder === '') throw new Error('`MUSTER_CHECKPOINTS` is not set')
const vault = fileCheckpointVault(folder)

// On top of what it was given and not a copy: what this service never asks for need not be set.
await serveAlone((deps) => createPassport(Object.assign(Object.create(deps) as ServiceDeps, { vault })))
