/**
 * The scoring service as a process of its own (environment: `serveAlone` in the subgraph kit).
 */
import { serveAlone } from '@muster/subgraph-kit'
import { createScoring } from './subgraph.ts'

await serveAlone(createScoring)
