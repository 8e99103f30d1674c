/**
 * Links in the documentation lead somewhere: to a file of the project, and to
 * a heading when they name one.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../project.ts'
import { texts } from './sourceFiles.ts'

const pages = texts.filter(({ extension }) => extension === '.md')

/** A page without its code, where brackets mean something else. */
const prose = (text: string): string => text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')

/** Links within the project, as `[target, fragment]`. */
function links(text: string): [string, string | undefined][] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .map((link) => [link.split('#')[0] ?? '', link.split('#')[1]])
}

/** Anchors of a page's headings, made as GitHub makes them. */
function anchors(text: string): Set<string> {
  const headings = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#{1,6}\s+(.+)$/gm)]
  return new Set(
    headings.map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  )
}

test('every link in the documentation resolves', () => {
  const broken = pages.flatMap(({ path, text }) =>
    links(text)
      .filter(([target, fragment]) => {
        const page = target === '' ? path : normalize(join(dirname(path), target))
        const file = join(projectRoot, page)
        if (!existsSync(file)) return true
        return fragment !== undefined && page.endsWith('.md') && !anchors(readFileSync(file, 'utf8')).has(fragment)
      })
      .map(([target, fragment]) => `${path} → ${target}${fragment === undefined ? '' : `#${fragment}`}`),
  )
  expect(broken).toEqual([])
})
