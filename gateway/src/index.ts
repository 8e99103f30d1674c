/** The public door of the gateway: start it, and what it needs to be given. */
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts'
export type { GatewaySettings } from './config.ts'
export type { RemoteSubgraph } from './graph/endpoint.ts'
export type { SignInDoor } from './sessions/signInDoor.ts'
export type { LedgerDoor } from './ledger/ledgerDoor.ts'
export { openLog, redactedPaths } from './door/log.ts'
