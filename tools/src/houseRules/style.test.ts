/**
 * House rules that hold for every file: it announces itself, stays small, has
 * one spelling, leaves no work behind and speaks of the project alone.
 */
import { expect, test } from 'vitest'
import { breaking, foldersOf, scripts, sources, stemOf, texts } from './sourceFiles.ts'

/** Past this a file reads better as two. */
const maxLines = 400

/** Words this file must name without containing them. */
const word = (...parts: string[]): string => parts.join('')

test('every source file opens with a comment that says what it is for', () => {
  const opening: Record<string, RegExp> = {
    '.ts': /^(#!.*\n)?\/\*\*/,
    '.tsx': /^\/\*\*/,
    '.mjs': /^(#!.*\n)?\/\*\*/,
    '.css': /^\/\*/,
    '.sql': /^--/,
    '.graphql': /^(#|""")/,
    '.prisma': /^\/\//,
  }
  expect(breaking(sources, ({ extension, text }) => !(opening[extension]?.test(text) ?? true))).toEqual([])
})

test(`no source file is longer than ${maxLines} lines`, () => {
  expect(breaking(sources, ({ text }) => text.split('\n').length - 1 > maxLines)).toEqual([])
})

test('no folder is named after nothing in particular', () => {
  const vague = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'misc', 'shared'])
  expect(breaking(texts, ({ path }) => foldersOf(path).some((folder) => vague.has(folder)))).toEqual([])
})

test('file names have one spelling: camelCase', () => {
  expect(breaking(scripts, ({ path }) => !/^[a-z][A-Za-z0-9]*$/.test(stemOf(path)))).toEqual([])
})

test('folders of source are camelCase, or kebab-case where they name a workspace', () => {
  const inSource = scripts.filter(({ path }) => path.includes('/src/'))
  const wrong = inSource.flatMap(({ path }) => {
    const inside = path.slice(path.indexOf('/src/') + 5)
    return foldersOf(inside).filter((folder) => !/^[a-z][A-Za-z0-9]*$/.test(folder))
  })
  expect([...new Set(wrong)]).toEqual([])
})

test('no test is left out or singled out', () => {
  const left = /\b(test|it|describe|suite|bench)\.(only|skip|todo|fixme)\b|\b(xit|xdescribe|fit|fdescribe)\(/
  expect(breaking(scripts, ({ text }) => left.test(text))).toEqual([])
})

test('no work is left behind in a comment', () => {
  const marks = new RegExp(
    `\\b(${[word('TO', 'DO'), word('FIX', 'ME'), word('XX', 'X'), word('HA', 'CK')].join('|')})\\b`,
  )
  expect(breaking(sources, ({ text }) => marks.test(text))).toEqual([])
})

test('no check is switched off in a comment, and no type is thrown away', () => {
  const off = new RegExp(
    [
      word('@ts-', '(ignore|nocheck|expect-error)'),
      word('(eslint|ox', 'lint)-disable'),
      word('\\bas ', 'any\\b(?! \\w)'),
    ].join('|'),
  )
  expect(breaking(scripts, ({ text }) => off.test(text))).toEqual([])
})

test('no file names a path of the machine it was written on', () => {
  const path = new RegExp(`(^|[\\s"'\`(=:])/(${['home', 'ro' + 'ot', 'Users', 'wo' + 'rk'].join('|')})/`, 'm')
  expect(breaking(texts, ({ text }) => path.test(text))).toEqual([])
})

test('output goes through the log, except in programs a person runs', () => {
  const speaks = /^(packages\/cli|tools|bench|e2e)\//
  expect(
    breaking(scripts, ({ path, text }) => !speaks.test(path) && /\bconsole\.(log|info|debug)\(/.test(text)),
  ).toEqual([])
})
