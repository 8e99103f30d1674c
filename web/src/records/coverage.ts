/**
 * Whether one entry is what a checkpoint signed, computed here: its body
 * against its leaf, the leaf's path against the root, the root's signature.
 * Pure.
 */
import {
  fromHex,
  leafHash,
  NoteError,
  openCheckpoint,
  readCheckpoint,
  toHex,
  verifyInclusion,
  type NoteVerifier,
} from '@muster/ledger'
import { isHash } from '@muster/canonical-json'
import type { Entry } from './documents.ts'

export interface Path {
  readonly treeSize: string
  readonly hashes: readonly string[]
}

export type Coverage =
  /** No checkpoint reaches as far as this entry yet. */
  | { readonly state: 'uncovered' }
  | { readonly state: 'failed'; readonly why: 'body' | 'path' | 'note' }
  | {
      readonly state: 'covered'
      readonly size: number
      /** Hashes on the path. */
      readonly length: number
      /** False when no published key could be had. */
      readonly signed: boolean
    }

/** @param path null when the server gave none. */
export function coverageOf(
  entry: Entry,
  path: Path | null,
  note: string | null,
  origin: string,
  verifiers: readonly NoteVerifier[] | null,
): Coverage {
  if (entry.body !== null && toHex(leafHash(entry.body)) !== entry.leafHash) return { state: 'failed', why: 'body' }
  if (note === null) return { state: 'uncovered' }
  try {
    const signed = verifiers === null ? readCheckpoint(note) : openCheckpoint(note, origin, verifiers)
    if (signed.origin !== origin) return { state: 'failed', why: 'note' }
    if (signed.size < Number(entry.seq)) return { state: 'uncovered' }
    const holds =
      path !== null &&
      Number(path.treeSize) === signed.size &&
      [entry.leafHash, ...path.hashes].every(isHash) &&
      verifyInclusion({
        leafIndex: Number(entry.seq) - 1,
        treeSize: signed.size,
        leafHash: fromHex(entry.leafHash),
        proof: path.hashes.map(fromHex),
        root: fromHex(signed.rootHash),
      })
    if (!holds) return { state: 'failed', why: 'path' }
    return { state: 'covered', size: signed.size, length: path.hashes.length, signed: verifiers !== null }
  } catch (error) {
    if (error instanceof NoteError) return { state: 'failed', why: 'note' }
    throw error
  }
}
