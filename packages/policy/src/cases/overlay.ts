/**
 * A case states only what matters to it: the rest comes from a base.
 *
 * INVARIANT (no typo passes): an overlay may name only what the base has, and
 * a value must be of the base's kind; a misspelt fact is a broken case, not a
 * case that happens to pass.
 */
export class BrokenCase extends Error {
  override readonly name = 'BrokenCase'
}

type Json = unknown

function kindOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

function isObject(value: Json): value is Record<string, Json> {
  return kindOf(value) === 'object'
}

/**
 * `base` with `over` laid upon it, objects merged, all else replaced.
 * @param optional paths that are null in the base, with an example of what they hold otherwise.
 */
export function overlay(base: Json, over: Json, optional: ReadonlyMap<string, Json>, path = ''): Json {
  if (over === undefined) return base
  const example = base === null ? optional.get(path) : base
  if (over === null) {
    if (base !== null && !optional.has(path)) throw new BrokenCase(`\`${path}\` cannot be null`)
    return null
  }
  if (example === undefined) throw new BrokenCase(`\`${path}\` is not known`)
  if (kindOf(example) !== kindOf(over)) {
    throw new BrokenCase(`\`${path}\` must be ${kindOf(example)}, not ${kindOf(over)}`)
  }
  if (!isObject(example) || !isObject(over)) return over
  const merged: Record<string, Json> = { ...example }
  for (const [key, value] of Object.entries(over)) {
    if (!Object.hasOwn(example, key)) throw new BrokenCase(`\`${path === '' ? key : `${path}.${key}`}\` is not known`)
    merged[key] = overlay(example[key], value, optional, path === '' ? key : `${path}.${key}`)
  }
  return merged
}
