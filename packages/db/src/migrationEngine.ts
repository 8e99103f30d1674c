/**
 * Prisma's own migration engine, as WebAssembly over a driver adapter.
 *
 * `prisma migrate deploy` downloads a native engine; this is the same engine
 * from the registry, keeping the ordinary `_prisma_migrations` table, so both
 * work on one database.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'

const require = createRequire(import.meta.url)

// Node has it; the types for it come with a browser's, which nothing here should see.
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

export interface MigrationScript {
  /** Folder name, e.g. `20261101000000_ground`; its order is the order of application. */
  name: string
  sql: string
}

interface EngineModule {
  __wbg_set_wasm(exports: unknown): void
  SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] | undefined },
      log: (line: string) => void,
      adapter: unknown,
    ) => Promise<Engine>
  }
}
interface Engine {
  applyMigrations(input: unknown): Promise<{ appliedMigrationNames: string[] }>
  free(): void
}

let loaded: Promise<EngineModule> | undefined

async function loadEngine(): Promise<EngineModule> {
  const path = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = (await import(pathToFileURL(path).href)) as EngineModule
  const wasm = await readFile(path.replace(/\.js$/, '.wasm')) // beside the glue; not exported by name
  const { instance } = await WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': glue,
  })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as (() => void) | undefined)?.()
  return glue
}

/**
 * The adapter runs a script as one simple query, hence in one transaction;
 * Prisma's own splits it at every semicolon, which tears function bodies.
 */
function wholeScripts(factory: PrismaPg, onError: (cause: unknown) => void): PrismaPg {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script)
      } catch (cause) {
        onError(cause) // the engine reports that a script failed, but not why
        throw cause
      }
    }
    return adapter
  }
  return factory
}

/**
 * Applies what is missing, in order. `config` must connect as the migrating
 * role with `schema` first in its search path. Returns the names applied.
 */
export async function applyMigrations(
  config: pg.PoolConfig,
  schema: string,
  scripts: readonly MigrationScript[],
): Promise<string[]> {
  loaded ??= loadEngine()
  const { SchemaEngine } = await loaded
  const pool = new pg.Pool({ ...config, max: 1 })
  let cause: unknown
  const keep = (error: unknown): void => {
    cause = error
  }
  const adapter = bindMigrationAwareSqlAdapterFactory(wholeScripts(new PrismaPg(pool, { schema }), keep))
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: schema,
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: scripts.map((script) => ({
          path: script.name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script.sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    })
    return appliedMigrationNames
  } catch (error) {
    const said = cause instanceof Error ? `: ${cause.message}` : ''
    throw new Error(`a migration of \`${schema}\` failed${said}`, { cause: cause ?? error })
  } finally {
    engine.free()
    await pool.end()
  }
}
