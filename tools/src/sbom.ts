/**
 * `npm run sbom`: the bill of materials, CycloneDX 1.6 JSON, in `dist/sbom.json`.
 *
 * npm writes it from the lock file; every production package is in it with its
 * hash and licence. Put right here: npm speaks version 1.5 (every 1.5 document
 * is a valid 1.6 one), takes the folder's name for the project's, its `--omit=dev`
 * also drops what production and development share, and the command line,
 * named like the project, would appear twice.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isForeign, isForDevelopment, lockEntries, nameOf } from './lockFile.ts'
import { projectRoot } from './project.ts'

export interface Component {
  'bom-ref': string
  name: string
  version?: string
  purl?: string
  hashes?: { alg: string; content: string }[]
  licenses?: unknown[]
}

export interface BillOfMaterials {
  $schema: string
  bomFormat: string
  specVersion: string
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn?: string[] }[]
}

/** The name a package URL (`pkg:npm/%40scope/name@1.0.0`) carries. */
function nameIn(purl: string): string {
  const path = purl.slice('pkg:npm/'.length)
  return decodeURIComponent(path.slice(0, path.lastIndexOf('@')))
}

/** `name@version` of what only building and testing needs. */
function forDevelopment(): Set<string> {
  const foreign = [...lockEntries()].filter(([path, entry]) => isForeign(path, entry))
  const names = (isDevelopment: boolean): string[] =>
    foreign
      .filter(([, entry]) => isForDevelopment(entry) === isDevelopment)
      .map(([path, entry]) => `${nameOf(path)}@${entry.version}`)
  const shipped = new Set(names(false))
  return new Set(names(true).filter((name) => !shipped.has(name)))
}

/** The bill of materials of the lock file as it is now. */
export function billOfMaterials(): BillOfMaterials {
  const flags = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const result = spawnSync('npm', flags, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (result.status !== 0) throw new Error(`\`npm sbom\` failed: ${result.stderr || String(result.error)}`)
  const bill = JSON.parse(result.stdout) as BillOfMaterials
  const root = bill.metadata.component
  const left = forDevelopment()
  const isKept = (ref: string): boolean => !left.has(ref)
  const named = (component: Component): Component => ({
    ...component,
    name: component.purl === undefined ? component.name : nameIn(component.purl),
  })
  return {
    ...bill,
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    specVersion: '1.6',
    metadata: { ...bill.metadata, component: named(root) },
    components: bill.components.filter(({ 'bom-ref': ref }) => ref !== root['bom-ref'] && isKept(ref)).map(named),
    dependencies: joined(bill.dependencies.filter(({ ref }) => isKept(ref))).map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.filter(isKept),
    })),
  }
}

/** One entry for each reference, with everything any of them depends on. */
function joined(entries: BillOfMaterials['dependencies']): { ref: string; dependsOn: string[] }[] {
  const byRef = new Map<string, Set<string>>()
  for (const { ref, dependsOn } of entries) {
    const known = byRef.get(ref) ?? new Set()
    for (const needed of dependsOn ?? []) if (needed !== ref) known.add(needed)
    byRef.set(ref, known)
  }
  return [...byRef].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn] }))
}

if (import.meta.main) {
  const bill = billOfMaterials()
  const path = join('dist', 'sbom.json')
  mkdirSync(join(projectRoot, 'dist'), { recursive: true })
  writeFileSync(join(projectRoot, path), `${JSON.stringify(bill, undefined, 2)}\n`)
  console.log(`${path}: ${bill.components.length} components`)
}
