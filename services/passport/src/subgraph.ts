/**
 * The passport subgraph, put together: everything signed. Keys, tool manifests,
 * the ledger's reading and proving, checkpoints, forgetting.
 */
import { inScope, requestScope, type Handovers, type RequestScope } from '@muster/db'
import { makeSubgraph, sdlBeside, type Resolvers as AnyResolvers } from '@muster/subgraph-kit'
import { createCheckpoint } from './checkpoints/createCheckpoint.ts'
import { openLogEpoch } from './checkpoints/openLogEpoch.ts'
import { checkpointOf, tileOf } from './checkpoints/publicFace.ts'
import { checkpointResolvers } from './checkpoints/resolvers.ts'
import { assertNotRewound, maintain, maintainCheckpoints } from './checkpoints/start.ts'
import { destroyDataKeys } from './dataKeys/destroyDataKeys.ts'
import { dataKeyResolvers } from './dataKeys/resolvers.ts'
import { bootstrapTenant } from './keys/bootstrapTenant.ts'
import { trustDocumentOf } from './keys/keyHistory.ts'
import { keyResolvers } from './keys/resolvers.ts'
import { rotateKey } from './keys/rotateKey.ts'
import { exportLedger } from './ledger/exportLedger.ts'
import { proveRange } from './ledger/proveRange.ts'
import { ledgerResolvers } from './ledger/resolvers.ts'
import { verifyLedger } from './ledger/verify.ts'
import { manifestResolvers } from './manifests/resolvers.ts'
import type { Passport } from './passport.ts'
import { openRoom, type PassportDeps, type Room } from './room.ts'

/** Starts the passport on what it is given. Opens no connection before it is asked something. */
export async function createPassport(deps: PassportDeps): Promise<Passport> {
  const room = openRoom(deps)
  const subgraph = makeSubgraph({
    name: 'passport',
    roles: ['muster_passport'],
    sdl: sdlBeside(import.meta.url),
    resolvers: allResolvers(room),
    clock: deps.clock,
    log: room.log,
    ready: room.ready,
    close: room.close,
  })
  /** A use case of the room, under the scope its caller gives. A copy of it: each call sees the log anew. */
  const under =
    <Rest extends unknown[], T>(useCase: (room: Room, ...rest: Rest) => T) =>
    (scope: RequestScope, ...rest: Rest): T =>
      inScope({ ...scope }, () => useCase(room, ...rest))
  /** The same for whoever holds hand-overs alone. */
  const handed =
    <Rest extends unknown[], T>(useCase: (room: Room, ...rest: Rest) => T) =>
    (handovers: Handovers, ...rest: Rest): T =>
      inScope(requestScope(handovers), () => useCase(room, ...rest))
  return {
    ...subgraph,
    bootstrapTenant: under(bootstrapTenant),
    assertNotRewound: under(assertNotRewound),
    maintain: under(maintain),
    maintainCheckpoints: under(maintainCheckpoints),
    rotateKey: under(rotateKey),
    destroyDataKeys: under(destroyDataKeys),
    createCheckpoint: under(createCheckpoint),
    openLogEpoch: under(openLogEpoch),
    verifyLedger: under(verifyLedger),
    exportLedger: under(exportLedger),
    proveRange: handed(proveRange),
    checkpoint: handed(checkpointOf),
    tile: handed(tileOf),
    trustDocument: handed(trustDocumentOf),
  }
}

/** Every capability's resolvers as one map: types in several of them are joined field by field. */
function allResolvers(room: Room): AnyResolvers {
  const parts = [
    ledgerResolvers(room),
    checkpointResolvers(room),
    keyResolvers(room),
    dataKeyResolvers(room),
    manifestResolvers(room),
  ]
  const joined: Record<string, Record<string, unknown>> = {}
  for (const [type, fields] of parts.flatMap((each) => Object.entries(each))) {
    joined[type] = { ...joined[type], ...fields }
  }
  return joined
}
