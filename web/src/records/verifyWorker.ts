/**
 * Verification off the page's own thread: fetches the ledger page by page,
 * recomputes leaf, link and root of every entry, and holds them to the head,
 * to its signed checkpoint and to what this browser remembers.
 *
 * The server is asked for entries, never for an opinion.
 */
import { isHash } from '@muster/canonical-json'
import {
  fromHex,
  frontierOfInclusion,
  LedgerVerifier,
  NoteError,
  openCheckpoint,
  readCheckpoint,
  verifyConsistency,
  type LedgerEntry,
  type LedgerVerdict,
  type NoteVerifier,
  type VerifiedPoint,
} from '@muster/ledger'
import { asFailure, fetchOwn, RequestFailure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { growthText, headText, pageText, pathText, type Head } from './documents.ts'
import { publishedKeys, signerOf } from './publishedKeys.ts'
import type { VerifyNews, VerifyOrder, VerifyRange } from './verifyProtocol.ts'

/** The server's largest page. */
const pageLength = 1_000

interface Page {
  nodes: LedgerEntry[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

interface Answer<Data> {
  data?: Data | null
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[]
}

const tell = (news: VerifyNews): void => self.postMessage(news)

self.onmessage = ({ data }: MessageEvent<VerifyOrder>): void => {
  verify(data).catch((error: unknown) => tell({ kind: 'failed', failure: asFailure(error) }))
}

async function verify({ kept, range: asked }: VerifyOrder): Promise<void> {
  const { ledgerHead: head } = await ask<{ ledgerHead: Head }>(headText, {})
  const total = Number(head.seq)
  const verifiers = await publishedKeys(head.origin)
  const remembered = kept.find(({ origin }) => origin === head.origin) ?? null
  const checkpoint = head.checkpoint === null ? null : described(head.checkpoint)
  const range = asked === null ? null : { first: Math.min(asked.first, total), last: Math.min(asked.last, total) }
  const span = range ?? { first: 1, last: total }
  const from = range === null ? undefined : await pointBefore(range)
  // Of a part of the ledger only a checkpoint within it can be compared directly.
  const isWithin =
    range === null || (checkpoint !== null && checkpoint.size >= range.first && checkpoint.size <= range.last)
  const verifier = new LedgerVerifier({
    origin: head.origin,
    head: range === null ? { seq: total, link: head.link, rootHash: head.rootHash } : { seq: range.last },
    checkpoints: head.checkpoint === null || !isWithin ? [] : [head.checkpoint],
    kept: remembered === null || range !== null ? [] : [remembered.note],
    ...(verifiers === null ? {} : { verifiers }),
    ...(from === undefined ? {} : { from }),
  })
  await pushAll(verifier, span)
  const verdict = verifier.finish()
  const anchored =
    range !== null && verdict.intact && head.checkpoint !== null && checkpoint !== null && checkpoint.size > range.last
      ? await anchor(verdict, range, checkpoint, head.origin, verifiers)
      : verdict
  tell({
    kind: 'done',
    verdict: anchored,
    origin: head.origin,
    total,
    range,
    checkpoint,
    signedBy:
      head.checkpoint === null || anchored.checkpointsVerified === 0 ? null : signerOf(head.checkpoint, verifiers),
    remembered,
  })
}

/** Every entry of the span, page by page. */
async function pushAll(verifier: LedgerVerifier, { first, last }: VerifyRange): Promise<void> {
  let checked = 0
  const total = Math.max(last - first + 1, 0)
  // The ledger grows while it is read; what came after the head was named is the next run's.
  const filter = { fromSeq: String(first), toSeq: String(last) }
  tell({ kind: 'progress', checked, total })
  for (let after: string | null = null, more = total > 0; more;) {
    const { ledger }: { ledger: Page } = await ask(pageText, { first: pageLength, after, filter })
    for (const entry of ledger.nodes) {
      if (Number(entry.seq) > last || !verifier.push(entry)) break
      checked++
    }
    tell({ kind: 'progress', checked, total })
    after = ledger.pageInfo.endCursor
    more = ledger.pageInfo.hasNextPage && after !== null && !verifier.broken && checked < total
  }
}

/**
 * Where a range goes on from: the link its first entry names, and the frontier out of that entry's path. Neither is
 * believed by itself: the root they lead to is held to the signed one.
 */
async function pointBefore({ first, last }: VerifyRange): Promise<VerifiedPoint | undefined> {
  if (first <= 1) return undefined
  const filter = { fromSeq: String(first), toSeq: String(first) }
  const { ledger } = await ask<{ ledger: Page }>(pageText, { first: 1, after: null, filter })
  const variables = { seq: String(first), size: String(last) }
  const { inclusionProof: path } = await ask<{ inclusionProof: { hashes: string[] } | null }>(pathText, variables)
  const frontier = path === null ? null : frontierOfInclusion(first - 1, last, path.hashes)
  const link = ledger.nodes[0]?.previousLink ?? ''
  if (frontier === null || !isHash(link)) throw new RequestFailure(t.records.rangeUnproven, 'NOT_PROVEN', 0, null)
  return { seq: first - 1, link, frontier }
}

/** Holds the root at the end of a range to the signed root of a later checkpoint. */
async function anchor(
  verdict: LedgerVerdict,
  { first, last }: VerifyRange,
  checkpoint: { note: string; size: number; rootHash: string },
  origin: string,
  verifiers: readonly NoteVerifier[] | null,
): Promise<LedgerVerdict> {
  const { note, size, rootHash } = checkpoint
  const variables = { from: String(last), to: String(size) }
  const { consistencyProof: growth } = await ask<{ consistencyProof: { hashes: string[] } | null }>(
    growthText,
    variables,
  )
  const holds =
    isSigned(note, origin, verifiers) &&
    growth?.hashes.every(isHash) === true &&
    verifyConsistency({
      size1: last,
      size2: size,
      root1: fromHex(verdict.rootHash),
      root2: fromHex(rootHash),
      proof: growth.hashes.map(fromHex),
    })
  if (holds) return { ...verdict, checkpointsMatched: 1, checkpointsVerified: verifiers === null ? 0 : 1 }
  return {
    ...verdict,
    intact: false,
    firstBrokenSeq: first,
    brokenRange: [first, last],
    reason: 'CHECKPOINT_MISMATCH',
    checked: 0,
  }
}

/** True also where no key is known: then the words say that nobody checked. */
function isSigned(note: string, origin: string, verifiers: readonly NoteVerifier[] | null): boolean {
  try {
    return verifiers === null || openCheckpoint(note, origin, verifiers).origin === origin
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}

/** Null for a note that cannot be read: the verdict says what is wrong with it. */
function described(note: string): { note: string; size: number; rootHash: string } | null {
  try {
    const { size, rootHash } = readCheckpoint(note)
    return { note, size, rootHash }
  } catch (error) {
    if (error instanceof NoteError) return null
    throw error
  }
}

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const response = await fetchOwn('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': crypto.randomUUID() },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as Answer<Data>
  if (data === null || data === undefined || errors !== undefined) {
    const [first] = errors ?? []
    throw new RequestFailure(
      first?.message ?? 'no data',
      first?.extensions?.code ?? 'INTERNAL',
      response.status,
      first?.extensions?.requestId ?? response.headers.get('x-request-id'),
    )
  }
  return data
}
