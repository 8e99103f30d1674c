/**
 * The workforce service as a process of its own (environment: `serveAlone` in the subgraph kit).
 */
import { serveAlone } from '@muster/subgraph-kit'
import { createWorkforce } from './subgraph.ts'

await serveAlone(createWorkforce)
