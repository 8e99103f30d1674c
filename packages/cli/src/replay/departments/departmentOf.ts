/**
 * Which department a run belongs to, and what its units and its agent are
 * called. Pure; the same names every time, so that a second replay finds what
 * the first one made.
 */
import { sha256Hex } from '@muster/canonical-json'
import type { Transcript } from '../transcripts/transcript.ts'

export interface Department {
  /** `[a-z0-9-]`, at most 60 characters: what departments are told apart by. */
  readonly slug: string
  /** As people read it: `Banking`. */
  readonly name: string
  readonly teamName: string
  readonly agentSlug: string
  readonly agentName: string
}

/** Leaves room for `-assistant` in a slug. */
const slugMax = 60
/** A unit's name may be 200 characters. */
const nameMax = 100

/**
 * What the file says, else the folder it lies in, else the folder replayed.
 * @param rootName the last part of the replayed folder's path.
 */
export function departmentOf({ domain, path }: Pick<Transcript, 'domain' | 'path'>, rootName: string): Department {
  const folder = path.split('/').at(-2) ?? rootName
  return named(domain ?? folder)
}

function named(text: string): Department {
  const slug = slugOf(text)
  const name = titleOf(text)
  return {
    slug,
    name,
    teamName: `${name} agents`,
    agentSlug: `${slug}-assistant`,
    agentName: `${name} assistant`,
  }
}

/** Letters lose their accents; what is no letter or digit separates. A name with nothing left is told apart by its hash. */
export function slugOf(text: string): string {
  return latinSlug(text) ?? `department-${sha256Hex(text).slice(0, 8)}`
}

function latinSlug(text: string): string | null {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, slugMax)
    .replace(/-$/, '')
  return slug === '' ? null : slug
}

/** Made from the slug, so that `SaaS` and `saas` are one unit with one name; a name it cannot carry stands for itself. */
function titleOf(text: string): string {
  const printable = text.replace(/[^\p{L}\p{N}\p{M} _-]/gu, ' ').trim()
  const base = latinSlug(text)?.replaceAll('-', ' ') ?? (printable === '' ? slugOf(text) : printable)
  return `${base.slice(0, 1).toUpperCase()}${base.slice(1)}`.slice(0, nameMax)
}
