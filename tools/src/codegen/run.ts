/**
 * `npm run codegen`: everything that is generated, generated if stale.
 *
 *   node tools/src/codegen/run.ts              all services and the supergraph
 *   node tools/src/codegen/run.ts guard        one service
 *   node tools/src/codegen/run.ts supergraph   the supergraph alone
 */
import { join } from 'node:path'
import { projectRoot, serviceNames } from '../project.ts'
import { prismaTask } from './prismaClient.ts'
import { resolverTypesTask } from './resolverTypes.ts'
import { sdlFiles, sharedSdlFiles } from './sdlFiles.ts'
import { type Task, runIfStale } from './task.ts'

const supergraph = 'supergraph'

/** The committed schema files, composed only when some SDL changed. */
function supergraphTask(): Task {
  const owners = serviceNames().filter((service) => sdlFiles(service).length > 0)
  const schemas = owners.map((service) => join(projectRoot, 'services', service, 'schema.graphql'))
  return {
    name: 'supergraph',
    inputs: [...owners.flatMap(sdlFiles), ...sharedSdlFiles],
    outputs: owners.length === 0 ? [] : [...schemas, join(projectRoot, 'gateway', 'supergraph.graphql')],
    stamp: join(projectRoot, 'gateway', 'src', 'generated', '.supergraph.stamp'),
    run: async () => {
      const { schemaFiles, supergraphFile, writeIfStale } = await import('./schemaFiles.ts')
      const composed = supergraphFile()
      for (const file of [...schemaFiles(), ...(composed === undefined ? [] : [composed])]) {
        if (writeIfStale(file)) console.log(`  wrote ${file.path}`)
      }
    },
  }
}

const asked = process.argv.slice(2)
const services = asked.length === 0 ? serviceNames() : asked.filter((name) => name !== supergraph)
const unknown = services.filter((name) => !serviceNames().includes(name))
if (unknown.length > 0) {
  console.error(
    `no such service: \`${unknown.join('`, `')}\`; there are ${serviceNames().join(', ')} and ${supergraph}`,
  )
  process.exit(2)
}
const tasks = services
  .flatMap((service) => [prismaTask(service), resolverTypesTask(service)])
  .filter((task) => task !== undefined)
if (asked.length === 0 || asked.includes(supergraph)) tasks.push(supergraphTask())
try {
  for (const task of tasks) {
    const began = performance.now()
    if (await runIfStale(task)) console.log(`  ${task.name} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
