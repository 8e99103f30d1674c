/**
 * The handwritten requests of cedar-policy/cedar-integration-tests, through the
 * fail-closed evaluation of `packages/policy`.
 *
 * Each file names policies, schema and entities, says whether the policies
 * validate, and lists requests with decision, determining policies and errors.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import { authorizeOnce, validatePolicies, type OneRequest } from '@muster/policy'
import type { CaseResult, RunSuite } from './suite.ts'
import { boolean, jsonFilesBelow, list, object, readJsonFile, string } from './vectorFiles.ts'

const suite = 'cedar'

type EntityJson = OneRequest['entities'][number]

export const run: RunSuite = async function* (dir) {
  for (const file of await jsonFilesBelow(join(dir, 'tests'))) {
    const test = await readJsonFile(join(dir, 'tests'), file)
    const textOf = (name: string): Promise<string> => readFile(join(dir, string(test[name], `${file} ${name}`)), 'utf8')
    const [schema, policies] = await Promise.all([textOf('schema'), textOf('policies')])
    const entities: unknown = JSON.parse(await textOf('entities'))
    if (!Array.isArray(entities)) throw new TypeError(`${file}: entities are not a list`)

    const problems = validatePolicies(schema, policies)
    const valid = problems.length === 0
    const shouldValidate = boolean(test['shouldValidate'], `${file} shouldValidate`)
    for (const [index, each] of list(test['requests'], file).entries()) {
      const request = object(each, `${file} request ${index}`)
      const name = `${file} ${index}: ${string(request['description'], file)}`
      // A file's validation counts with each of its requests: the set is counted in requests.
      if (valid !== shouldValidate) {
        const detail = `its policies ${shouldValidate ? 'should' : 'should not'} validate: ${problems[0]?.message ?? 'they do'}`
        yield { suite, group: 'requests', name, ok: false, detail }
      } else yield runRequest(name, { schema, policies, entities: entities as readonly EntityJson[] }, request)
    }
  }
}

function runRequest(
  name: string,
  against: Pick<OneRequest, 'schema' | 'policies' | 'entities'>,
  request: JsonObject,
): CaseResult {
  const answer = authorizeOnce({
    ...against,
    principal: uid(request['principal'], name),
    action: uid(request['action'], name),
    resource: uid(request['resource'], name),
    context: structuredClone(object(request['context'], name)) as OneRequest['context'],
  })
  const texts = (key: string): string[] =>
    list(request[key], name)
      .map((item) => string(item, name))
      .toSorted()
  const expected = { decision: string(request['decision'], name), reason: texts('reason'), errors: texts('errors') }
  const got = { decision: answer.decision, reason: answer.reason, errors: answer.errors }
  const ok = JSON.stringify(got) === JSON.stringify(expected)
  return ok
    ? { suite, group: 'requests', name, ok }
    : { suite, group: 'requests', name, ok, detail: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}` }
}

function uid(value: JsonValue | undefined, what: string): { type: string; id: string } {
  const entity = object(value, what)
  return { type: string(entity['type'], what), id: string(entity['id'], what) }
}
