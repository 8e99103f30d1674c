/**
 * One runner for every workspace: unit and property tests stand beside the
 * file, integration tests start a real PostgreSQL (half a second).
 *
 * `graphql` is aliased because the runner would otherwise load a second copy
 * and every schema check would fail with "another module or realm".
 */
import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

const require = createRequire(import.meta.url)

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }] },
  test: {
    include: [
      'packages/**/*.test.ts',
      'services/**/*.test.ts',
      'gateway/**/*.test.ts',
      'tools/**/*.test.ts',
      'web/src/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/.muster/**'],
    pool: 'forks',
    // One PostgreSQL for the whole run, started when the first file asks for it.
    globalSetup: ['packages/db/src/embedded/testServer.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { APOLLO_TELEMETRY_DISABLED: '1' },
  },
})
