/**
 * `$MUSTER_HOME/demo.json`: the address, keys and people of a demo company, as
 * `npm start` writes them. The one place where a replay finds credentials by itself.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { CannotAsk } from '../../command.ts'

export interface DemoPerson {
  readonly email: string
  readonly password: string
  readonly roles: readonly { readonly role: string; readonly scope: string }[]
}

export interface DemoTenant {
  readonly slug: string
  readonly apiKeys: Readonly<Record<string, string>>
  readonly people: readonly DemoPerson[]
}

export interface Demo {
  readonly url: string
  readonly tenants: readonly DemoTenant[]
}

/** @returns null when there is no such file. @throws CannotAsk when it cannot be read or is something else. */
export async function readDemo(home: string): Promise<Demo | null> {
  const path = join(home, 'demo.json')
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new CannotAsk(`\`${path}\` cannot be read`, { cause: error })
  }
  try {
    return demoOf(parseStrict(bytes))
  } catch (error) {
    // Whatever is wrong with it, none of it is repeated: the file holds secrets.
    if (error instanceof UnsafeJson || error instanceof NoDemo) throw new CannotAsk(`\`${path}\` is not a demo file`)
    throw error
  }
}

/** The tenant of this slug, or the first. @throws CannotAsk when there is none. */
export function tenantOf(demo: Demo, slug: string | null): DemoTenant {
  const tenant = slug === null ? demo.tenants[0] : demo.tenants.find((candidate) => candidate.slug === slug)
  if (tenant === undefined)
    throw new CannotAsk(slug === null ? 'the demo file names no tenant' : `no tenant \`${slug}\``)
  return tenant
}

class NoDemo extends Error {}

function demoOf(value: JsonValue): Demo {
  const document = object(value)
  return { url: text(document['url']), tenants: list(document['tenants']).map(tenant) }
}

function tenant(value: JsonValue): DemoTenant {
  const { slug, apiKeys, users } = object(value)
  return {
    slug: text(slug),
    apiKeys: Object.fromEntries(Object.entries(object(apiKeys)).map(([name, key]) => [name, text(key)])),
    people: list(users).map(person),
  }
}

function person(value: JsonValue): DemoPerson {
  const { email, password, roles } = object(value)
  return {
    email: text(email),
    password: text(password),
    roles: list(roles).map((held) => ({ role: text(object(held)['role']), scope: text(object(held)['scope']) })),
  }
}

function object(value: JsonValue | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NoDemo()
  return value as JsonObject
}
function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new NoDemo()
  return value as readonly JsonValue[]
}
function text(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new NoDemo()
  return value
}
