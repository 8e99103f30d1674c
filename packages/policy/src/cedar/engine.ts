/**
 * The one place that talks to Cedar's WebAssembly, and the bounded pool of
 * pre-parsed policy sets inside it.
 *
 * Cedar keeps pre-parsed sets by name and offers no way to delete one, so names
 * come from a fixed pool: loading a set into a slot replaces what was there.
 * A slot is looked up by content hash at every evaluation.
 *
 * INVARIANT (right set): a request is evaluated only against the slot whose
 * recorded content hash is the policy set's own.
 */
import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type AuthorizationAnswer,
  type StatefulAuthorizationCall,
} from '@cedar-policy/cedar-wasm/nodejs'
import { Fault } from '@muster/kernel'
import { schemaText } from './schema.ts'

/** Sets kept parsed at once; each tenant with its own policies takes two. */
const slotsMax = 512

const schemaName = 'muster'
let schemaLoaded = false

/** Content key → slot name, least recently used first. */
const slots = new Map<string, string>()
const freeNames: string[] = []
let namesMade = 0

function loadSchema(): void {
  if (schemaLoaded) return
  const answer = preparseSchema(schemaName, schemaText)
  if (answer.type === 'failure') {
    throw new Fault('INTERNAL', 'the policy schema does not parse', { cause: answer.errors })
  }
  schemaLoaded = true
}

/** A slot name that no content key uses: a fresh one, or that of the least recently used set. */
function takeSlotName(): string {
  const free = freeNames.pop()
  if (free !== undefined) return free
  if (namesMade < slotsMax) return `set${namesMade++}`
  const [oldest, name] = slots.entries().next().value!
  slots.delete(oldest)
  return name
}

function slotFor(contentKey: string, policies: Readonly<Record<string, string>>): string {
  const known = slots.get(contentKey)
  if (known !== undefined) {
    slots.delete(contentKey)
    slots.set(contentKey, known)
    return known
  }
  const name = takeSlotName()
  const answer = preparsePolicySet(name, { staticPolicies: { ...policies } })
  if (answer.type === 'failure') {
    // The slot still holds its former set, which no content key names any more.
    freeNames.push(name)
    throw new Fault('INTERNAL', 'a validated policy set does not parse', { cause: answer.errors })
  }
  slots.set(contentKey, name)
  return name
}

export type CedarRequest = Pick<StatefulAuthorizationCall, 'principal' | 'action' | 'resource' | 'context' | 'entities'>

/**
 * Evaluates one request, validated against the schema, on the policies of that
 * content key. Throws a `Fault` when the set cannot be loaded; whatever Cedar
 * itself answers is returned as it is, errors included.
 */
export function askCedar(
  contentKey: string,
  policies: Readonly<Record<string, string>>,
  request: CedarRequest,
): AuthorizationAnswer {
  loadSchema()
  return statefulIsAuthorized({
    ...request,
    preparsedSchemaName: schemaName,
    preparsedPolicySetId: slotFor(contentKey, policies),
    validateRequest: true,
  })
}
