/**
 * The guard service as a process of its own (environment: `serveAlone` in the subgraph kit).
 */
import { serveAlone } from '@muster/subgraph-kit'
import { createGuard } from './subgraph.ts'

await serveAlone(createGuard)
