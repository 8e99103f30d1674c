/**
 * A stream that keeps the request it was asked for in: whoever reads it, and
 * whenever, its pages are read under that request's hand-over.
 */
import { currentScope, inScope } from '@muster/db'

/** Runs every step of the generator that `make` gives in the scope current now. */
export function inOneScope<T>(make: () => AsyncGenerator<T>): AsyncGenerator<T> {
  const scope = currentScope()
  return (async function* () {
    const stream = inScope(scope, make)
    try {
      for (;;) {
        const step = await inScope(scope, () => stream.next())
        if (step.done === true) return
        yield step.value
      }
    } finally {
      await inScope(scope, () => stream.return(undefined))
    }
  })()
}
