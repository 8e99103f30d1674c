/**
 * `npm run secrets`: looks for credentials in every file of the project.
 *
 * The rules are secretlint's recommended preset; its configuration lies in
 * `.secretlintrc.json`. A finding names file, line and rule, never the secret.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectFiles, projectRoot } from './project.ts'

export interface Finding {
  readonly path: string
  readonly line: number
  readonly rule: string
}

interface Report {
  filePath: string
  messages: { ruleId: string; messageId?: string; loc: { start: { line: number } } }[]
}

/** Scans `paths` (from `folder`); throws when the scanner itself failed, for silence would read as clean. */
export function scanForSecrets(paths: readonly string[] = projectFiles(), folder: string = projectRoot): Finding[] {
  if (paths.length === 0) return []
  const program = join(projectRoot, 'node_modules', 'secretlint', 'bin', 'secretlint.js')
  const flags = ['--format', 'json', '--no-glob', '--secretlintrc', join(projectRoot, '.secretlintrc.json')]
  const result = spawnSync(process.execPath, [program, ...flags, ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.status !== 0 && result.status !== 1)
    throw new Error(`secretlint failed: ${result.stderr || String(result.error)}`)
  const reports = JSON.parse(result.stdout) as Report[]
  return reports.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, loc }) => ({
      path: filePath.replace(`${folder}/`, ''),
      line: loc.start.line,
      rule: ruleId,
    })),
  )
}

if (import.meta.main) {
  const findings = scanForSecrets()
  for (const { path, line, rule } of findings) console.error(`${path}:${line} ${rule}`)
  console.log(findings.length === 0 ? 'no secret found' : `${findings.length} found`)
  process.exitCode = findings.length === 0 ? 0 : 1
}
