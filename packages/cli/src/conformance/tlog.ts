/**
 * Transparency-log vectors: signed notes (golang/mod), a tlog-tiles log with a
 * checkpoint for each of its sizes (transparency-dev/tessera), the checkpoint of
 * a static-ct log (FiloSottile/sunlight) and the example in the specification.
 */
import type { RunSuite } from './suite.ts'
import { runSignedNotes, runSpecificationExample } from './tlogNotes.ts'
import { runSunlight } from './tlogSunlight.ts'
import { runTessera } from './tlogTessera.ts'

export const run: RunSuite = async function* (dir) {
  yield* runSignedNotes(dir)
  yield* runSpecificationExample(dir)
  yield* runTessera(dir)
  yield* runSunlight(dir)
}
