/**
 * Case files: decisions and approvals as data, readable by whoever owns the rule.
 *
 * ```yaml
 * kind: decision            # or approval
 * policies: default         # or a list of {id, text}; decisions only
 * given: { … }              # laid over the base facts for every case
 * cases:
 *   - name: a frozen agent may not even read
 *     with: { agent: { status: FROZEN } }
 *     expect: { outcome: DENY, reasonCode: AGENT_FROZEN }
 * ```
 */
import { parse } from 'yaml'
import { defaultBundle } from '../bundles.ts'
import type { PolicySource } from '../cedar/readPolicy.ts'
import { BrokenCase } from './overlay.ts'

export interface Case {
  name: string
  with: unknown
  expect: Record<string, unknown>
}

export type CaseFile =
  | { kind: 'decision'; policies: readonly PolicySource[]; given: unknown; cases: readonly Case[] }
  | { kind: 'approval'; given: unknown; cases: readonly Case[] }

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function onlyKeys(value: Record<string, unknown>, allowed: readonly string[], where: string): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw new BrokenCase(`${where}: \`${key}\` is not known`)
  }
}

/** Reads a case file. Throws `BrokenCase`, or the YAML parser's own error. */
export function parseCaseFile(text: string): CaseFile {
  // Strict: duplicate keys and unresolved tags are errors, aliases stay few.
  const content: unknown = parse(text, { strict: true, uniqueKeys: true, maxAliasCount: 16 })
  if (!isRecord(content)) throw new BrokenCase('a case file is a mapping')
  onlyKeys(content, ['kind', 'about', 'policies', 'given', 'cases'], 'case file')
  const { kind, cases } = content
  if (!Array.isArray(cases) || cases.length === 0) throw new BrokenCase('a case file holds at least one case')
  const read = cases.map(readCase)
  const names = new Set(read.map(({ name }) => name))
  if (names.size !== read.length) throw new BrokenCase('two cases carry one name')
  if (kind === 'approval') {
    if (content['policies'] !== undefined) throw new BrokenCase('an approval case takes no policies')
    return { kind, given: content['given'], cases: read }
  }
  if (kind !== 'decision') throw new BrokenCase('`kind` is `decision` or `approval`')
  return { kind, policies: policiesOf(content['policies']), given: content['given'], cases: read }
}

function readCase(value: unknown): Case {
  if (!isRecord(value) || typeof value['name'] !== 'string') throw new BrokenCase('a case has a name')
  const name = value['name']
  onlyKeys(value, ['name', 'with', 'expect'], name)
  const expect = value['expect']
  if (!isRecord(expect) || Object.keys(expect).length === 0) throw new BrokenCase(`${name}: it expects nothing`)
  return { name, with: value['with'], expect }
}

function policiesOf(value: unknown): readonly PolicySource[] {
  if (value === undefined || value === 'default') return defaultBundle
  if (!Array.isArray(value)) throw new BrokenCase('`policies` is `default` or a list')
  return value.flatMap((item: unknown): readonly PolicySource[] => {
    if (item === 'default') return defaultBundle
    if (isRecord(item) && typeof item['id'] === 'string' && typeof item['text'] === 'string') {
      return [{ id: item['id'], text: item['text'] }]
    }
    throw new BrokenCase('a policy is `default` or {id, text}')
  })
}
