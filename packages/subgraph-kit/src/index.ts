/** What every subgraph shares: server, context, scalars, pages, refusals. */
export * from './context.ts'
export * from './refusals.ts'
export * from './scalars.ts'
export * from './connections.ts'
export * from './subgraph.ts'
export * from './sdlFiles.ts'
export * from './serve.ts'
export * from './serveAlone.ts'
