/**
 * PATCH (RFC 7644 §3.5.2) on a resource as JSON: what the large providers send
 * is brought into one form, then a library applies it. Pure.
 *
 * Entra ID writes `"op": "Replace"`, `"active": "False"`, a manager as a bare
 * id, and extension attributes as keys with the whole schema name in them; Okta
 * sends value objects without a path.
 */
import { scimPatch, ScimError as LibraryError, type ScimPatchOperation } from 'scim-patch'
import { isObject, patchUrn, type Json } from './urns.ts'
import { invalidPath, invalidSyntax, invalidValue, ScimError } from './scimError.ts'
import { parseFilter } from './filter.ts'

export interface Operation {
  op: 'add' | 'remove' | 'replace'
  path?: string
  value?: unknown
}

const operationsMax = 1_000
const pathMax = 1_000
const forbidden = /(^|[.:[\]\s"])(__proto__|constructor|prototype)($|[.:[\]\s"])/

/** The operations of a PATCH body, one form for each, prefixes of the resource's own schema dropped. */
export function operationsOf(body: unknown, core: string, extensions: readonly string[]): Operation[] {
  if (!isObject(body)) throw invalidSyntax('a patch is an object')
  const given = memberOf(body, 'operations')
  const schemas = memberOf(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.includes(patchUrn))
    throw invalidSyntax(`\`schemas\` must hold \`${patchUrn}\``)
  if (!Array.isArray(given) || given.length === 0) throw invalidSyntax('`Operations` is a list of at least one')
  if (given.length > operationsMax) throw new ScimError(413, 'tooMany', `at most ${operationsMax} operations a patch`)
  return given.flatMap((each) => operationOf(each, core, extensions))
}

function operationOf(given: unknown, core: string, extensions: readonly string[]): Operation[] {
  if (!isObject(given)) throw invalidSyntax('an operation is an object')
  const op = typeof given['op'] === 'string' ? given['op'].toLowerCase() : ''
  if (op !== 'add' && op !== 'remove' && op !== 'replace') throw invalidSyntax('`op` is `add`, `remove` or `replace`')
  const { path, value } = given
  if (path !== undefined && path !== null && typeof path !== 'string') throw invalidPath('`path` is a text')
  if (typeof path === 'string' && path !== '') {
    const short = strip(path, core)
    checkPath(short)
    const extension = extensions.find((urn) => urn.toLowerCase() === short.toLowerCase())
    if (extension !== undefined && isObject(value))
      return pathless({ op, value: { [extension]: value } }, core, extensions)
    return [{ op, path: short, ...(op === 'remove' && value === undefined ? {} : { value }) }]
  }
  if (op === 'remove') throw new ScimError(400, 'noTarget', '`remove` needs a path')
  if (!isObject(value)) throw invalidValue('without a path, `value` is an object')
  return pathless({ op, value }, core, extensions)
}

/** One operation for each attribute: the library loses schema names inside a value. */
function pathless(
  { op, value }: { op: 'add' | 'remove' | 'replace'; value: Json },
  core: string,
  extensions: readonly string[],
): Operation[] {
  return Object.entries(value).flatMap(([key, part]): Operation[] => {
    if (key.toLowerCase() === 'schemas') return []
    const extension = extensions.find((urn) => urn.toLowerCase() === key.toLowerCase())
    if (extension !== undefined && isObject(part)) {
      return Object.entries(part).map(([name, inner]) => {
        checkPath(name)
        return { op, path: `${extension}:${name}`, value: inner }
      })
    }
    const path = strip(key, core)
    checkPath(path)
    return [{ op, path, value: part }]
  })
}

const strip = (path: string, core: string): string =>
  path.toLowerCase().startsWith(`${core.toLowerCase()}:`) ? path.slice(core.length + 1) : path

function checkPath(path: string): void {
  if (path.length > pathMax || forbidden.test(path)) throw invalidPath('the path cannot be understood')
  const [, inside] = /\[(.*)\]/s.exec(path) ?? []
  if (inside !== undefined) parseFilter(inside)
}

/** Applies operations to a copy of `resource`. */
export function patched(resource: Json, operations: readonly Operation[]): Json {
  let copy = structuredClone(resource)
  const known = new Set(Object.keys(resource).map((key) => key.toLowerCase()))
  try {
    // The library asks for `schemas` and `meta`, which no operation of ours may change.
    copy = scimPatch(copy as never, operations.map((each) => spelled(each, copy, known)) as ScimPatchOperation[], {
      treatMissingAsAdd: true,
    })
  } catch (error) {
    if (error instanceof LibraryError) {
      const type = error.scimCode
      if (type === 'noTarget') throw new ScimError(400, 'noTarget', 'the path selects nothing')
      throw type === 'invalidSyntax'
        ? invalidSyntax('the patch cannot be applied')
        : invalidPath('the patch cannot be applied')
    }
    if (error instanceof ScimError) throw error
    throw invalidPath('the patch cannot be applied')
  }
  return copy
}

/** Attribute names are case-insensitive (RFC 7643 §2.1); the library's are not. */
function spelled(operation: Operation, resource: Json, known: ReadonlySet<string>): Operation {
  const head = /^[A-Za-z$_][\w$-]*/.exec(operation.path ?? '')?.[0]
  if (head === undefined || !known.has(head.toLowerCase())) return operation
  const name = Object.keys(resource).find((key) => key.toLowerCase() === head.toLowerCase()) ?? head
  return { ...operation, path: name + operation.path!.slice(head.length) }
}

/** A member whatever its spelling. */
export function memberOf(body: Json, name: string): unknown {
  const key = Object.keys(body).find((each) => each.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : body[key]
}

/** An attribute's value as a boolean; Entra ID sends it as a text. */
export function booleanOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const lower = value.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : value
}
