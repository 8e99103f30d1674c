/**
 * Who may import whom. Cores know nothing of what stands on them; services
 * meet in the graph and in published views, never in code; the console sees
 * what a browser may hold; the Elastic-licensed gateway stays in `gateway/`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot, serviceNames } from '../project.ts'
import { imports, packageOf, shown, targetOf, workspaceOf } from './imports.ts'

const services = serviceNames()
const cores = ['kernel', 'canonical-json', 'ledger', 'keys', 'policy']
const server = [...cores, 'db', 'subgraph-kit']

/** For each workspace the workspaces of ours it may import; a workspace without an entry fails. */
const walls: Readonly<Record<string, readonly string[]>> = {
  'packages/kernel': [],
  'packages/canonical-json': ['kernel'],
  'packages/ledger': ['kernel', 'canonical-json'],
  'packages/keys': ['kernel', 'canonical-json', 'ledger'],
  'packages/policy': ['kernel', 'canonical-json', 'ledger', 'keys'],
  'packages/db': cores,
  'packages/subgraph-kit': [...cores, 'db'],
  'packages/sdk': ['kernel', 'canonical-json', 'ledger'],
  'packages/mcp': ['kernel', 'canonical-json', 'ledger', 'sdk'],
  // The embedded form starts them all in one process.
  'packages/cli': [...server, 'sdk', 'mcp', 'gateway', ...services],
  ...Object.fromEntries(services.map((service) => [`services/${service}`, server])),
  gateway: [...server, ...services],
  web: ['ledger', 'canonical-json'],
  e2e: ['kernel', 'canonical-json', 'ledger'],
  bench: [...server, 'sdk', 'cli', 'gateway', ...services],
  tools: [...server, 'gateway', ...services],
}

/** Licensed under Elastic License 2.0. */
const elastic = /^@apollo\/(gateway|composition|query-planner|query-graphs|federation-internals)$/

/** The workspace of ours that a specifier names; the command line's package is called `muster`. */
const ours = (specifier: string): string | undefined =>
  /^muster(\/|$)/.test(specifier) ? 'cli' : /^@muster\/([^/]+)/.exec(specifier)?.[1]

describe('import walls', () => {
  test('every workspace imports only the workspaces below it', () => {
    const through = imports.filter(({ file, specifier }) => {
      const workspace = workspaceOf(file.path)
      const name = ours(specifier)
      return (
        workspace !== '' &&
        name !== undefined &&
        !workspace.endsWith(`/${name}`) &&
        !(walls[workspace] ?? []).includes(name)
      )
    })
    expect(through.map(shown)).toEqual([])
  })

  test('no relative import leaves its workspace', () => {
    const leaving = imports.filter((entry) => {
      if (!entry.specifier.startsWith('.')) return false
      const workspace = workspaceOf(entry.file.path)
      return workspace !== '' && workspaceOf(targetOf(entry)) !== workspace
    })
    expect(leaving.map(shown)).toEqual([])
  })

  test('services are entered by their public door alone', () => {
    const deep = imports.filter(({ specifier }) =>
      services.some((service) => specifier.startsWith(`@muster/${service}/`)),
    )
    expect(deep.map(shown)).toEqual([])
  })

  test('Elastic-licensed packages stay inside the gateway, and in the tests that compare with them', () => {
    const outside = imports.filter(({ file, specifier }) => {
      const mayUse = workspaceOf(file.path) === 'gateway' || /^(tools|bench)\//.test(file.path)
      return !mayUse && elastic.test(packageOf(specifier) ?? '')
    })
    expect(outside.map(shown)).toEqual([])
  })

  test('what runs in the browser imports nothing of Node', () => {
    const inBrowser = /^(packages\/(ledger|canonical-json)|web)\/src\//
    // `sha256Node.ts` has a twin for the browser, chosen by a condition in `imports`.
    const isForNode = (path: string): boolean => /(\.test|Node)\.ts$/.test(path)
    const bound = imports.filter(
      ({ file, specifier }) => inBrowser.test(file.path) && !isForNode(file.path) && specifier.startsWith('node:'),
    )
    expect(bound.map(shown)).toEqual([])
  })

  test('every package that is imported is declared by the workspace that imports it', () => {
    const undeclared = imports.filter(({ file, specifier }) => {
      const name = packageOf(specifier)
      if (name === undefined) return false
      const workspace = workspaceOf(file.path)
      return name !== manifest(workspace).name && !declared(workspace).has(name)
    })
    expect([...new Set(undeclared.map(shown))]).toEqual([])
  })
})

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const manifest = (workspace: string): Manifest =>
  JSON.parse(readFileSync(join(projectRoot, workspace, 'package.json'), 'utf8')) as Manifest

/** A workspace's own dependencies, and the tools of all that the root declares. */
function declared(workspace: string): Set<string> {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest(workspace)
  const root = manifest('').devDependencies
  return new Set(
    [dependencies, devDependencies, peerDependencies, optionalDependencies, root].flatMap((group) =>
      Object.keys(group ?? {}),
    ),
  )
}
