/**
 * What the built console could do with text: nothing of ours makes markup or
 * script of it, and what libraries carry for it is listed here, each with the
 * reason why it does not run.
 *
 * The page's policy would stop all of it (`trustedScripts.ts`); this is why it
 * never has to.
 */
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Ways of the platform from text to markup or to script. */
const sinks: Readonly<Record<string, RegExp>> = {
  evaluation: /\beval\s*\(|\bnew Function\b|[^.\w$]Function\s*\(|\bset(Timeout|Interval)\s*\(\s*['"`]/,
  markup:
    /\b(inner|outer)HTML\b|dangerouslySetInnerHTML|insertAdjacentHTML|createContextualFragment|document\.write|\bsrcdoc\b|DOMParser|setHTMLUnsafe/,
  'script address': /\bimportScripts\b|javascript:/,
}

/** Package → what it carries. */
const carried: Readonly<Record<string, readonly string[]>> = {
  // For `dangerouslySetInnerHTML`, and to make <script> elements; nothing of ours renders either. Refuses
  // addresses that begin with `javascript:`, and says so in words.
  'react-dom': ['markup', 'script address'],
  // A script tag for pages rendered by a server; ours are not.
  '@tanstack/react-router': ['markup'],
}

let pieces: { where: string; code: string }[]

beforeAll(async () => {
  const built = (await build({
    root,
    configFile: `${root}vite.config.ts`,
    logLevel: 'error',
    build: { write: false },
  })) as Rolldown.RolldownOutput
  pieces = built.output.flatMap((file) => {
    if (file.type === 'chunk')
      return Object.entries(file.modules).map(([id, module]) => ({ where: id, code: module.code ?? '' }))
    // The worker is a bundle of its own.
    return file.fileName.endsWith('.js') ? [{ where: file.fileName, code: String(file.source) }] : []
  })
})

const packageOf = (path: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
const sinksIn = (code: string): string[] =>
  Object.entries(sinks).flatMap(([name, pattern]) => (pattern.test(code) ? [name] : []))

test('the patterns find what they are for', () => {
  const texts = ['a.innerHTML = x', "eval('1')", 'new Function(x)', "setTimeout('x()')", "href='javascript:x'"]
  expect(texts.map((text) => sinksIn(text).length)).toEqual([1, 1, 1, 1, 1])
  expect(sinksIn('const isFunction = (x) => x instanceof Function; evaluate(x); setTimeout(run, 5)')).toEqual([])
})

test('nothing of ours makes markup or script of a text', () => {
  const own = pieces.filter(({ where }) => packageOf(where) === undefined)
  expect(own.some(({ where }) => where.endsWith('web/src/main.tsx'))).toBe(true)
  expect(own.some(({ where }) => where.includes('verifyWorker'))).toBe(true)
  expect(own.flatMap(({ where, code }) => sinksIn(code).map((sink) => `${where}: ${sink}`))).toEqual([])
})

test('what libraries carry for it is what was looked at', () => {
  const found: Record<string, string[]> = {}
  for (const { where, code } of pieces) {
    const name = packageOf(where)
    if (name === undefined) continue
    for (const sink of sinksIn(code)) if (!found[name]?.includes(sink)) (found[name] ??= []).push(sink)
  }
  expect(found).toEqual(carried)
})
