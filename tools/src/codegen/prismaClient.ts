/**
 * The Prisma client of a service: TypeScript, generated offline into
 * `services/<service>/src/generated/prisma`.
 *
 * Prisma would download an engine it does not use here; naming any existing
 * file as that engine keeps it from trying.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.ts'
import type { Task } from './task.ts'

export function prismaTask(service: string): Task | undefined {
  const schema = join(projectRoot, 'prisma', service, 'schema.prisma')
  if (!existsSync(schema)) return undefined
  const generated = join(projectRoot, 'services', service, 'src', 'generated')
  return {
    name: `prisma client of ${service}`,
    inputs: [schema],
    outputs: [join(generated, 'prisma', 'client.ts')],
    stamp: join(generated, '.prisma.stamp'),
    run: async () => generate(schema),
  }
}

function generate(schema: string): void {
  const result = spawnSync(
    process.execPath,
    [join(projectRoot, 'node_modules/prisma/build/index.js'), 'generate', '--schema', schema],
    {
      cwd: projectRoot,
      encoding: 'utf8',
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  )
  if (result.status !== 0)
    throw new Error(`\`prisma generate\` failed for \`${schema}\`:\n${result.stdout}${result.stderr}`)
}
