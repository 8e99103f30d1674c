/**
 * The JSON boundary between the gateway and a service, also where both are one
 * process: what comes out is what would have come over the wire.
 *
 * INVARIANT (no memory): `JSON.parse` misreads keys written with an escape,
 * depending on what was read before (`readJson` of canonical JSON); a text
 * that has any is not given to it.
 */
import { readJson } from '@muster/canonical-json'

export function throughJson<T extends object>(value: T): T {
  const text = JSON.stringify(value)
  return (text.includes('\\') ? readJson(text) : JSON.parse(text)) as T
}
