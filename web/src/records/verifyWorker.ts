/**
 * Verification off the page's own thread: fetches the ledger page by page,
 * recomputes leaf, link and root of every entry, and holds them to the head,
 * to its signed checkpoint and to what this browser remembers.
 *
 * The server is asked for entries, never for an opinion.
 */
import {
  BadVerifierKey,
  LedgerVerifier,
  NoteError,
  readCheckpoint,
  readPublicKey,
  verifierOf,
  type LedgerEntry,
  type NoteVerifier,
} from '@muster/ledger'
import { asFailure, fetchOwn, RequestFailure } from '../graph/requestFailure.ts'
import { headText, pageText, type Head } from './documents.ts'
import type { VerifyNews, VerifyOrder } from './verifyProtocol.ts'

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

async function verify({ kept }: VerifyOrder): Promise<void> {
  const { ledgerHead: head } = await ask<{ ledgerHead: Head }>(headText, {})
  const total = Number(head.seq)
  const verifiers = await publishedKeys(head.origin)
  const remembered = kept.find(({ origin }) => origin === head.origin) ?? null
  const verifier = new LedgerVerifier({
    origin: head.origin,
    head: { seq: total, link: head.link, rootHash: head.rootHash },
    checkpoints: head.checkpoint === null ? [] : [head.checkpoint],
    kept: remembered === null ? [] : [remembered.note],
    ...(verifiers === null ? {} : { verifiers }),
  })
  let checked = 0
  tell({ kind: 'progress', checked, total })
  for (let after: string | null = null, more = total > 0; more;) {
    const { ledger }: { ledger: Page } = await ask(pageText, { first: pageLength, after })
    for (const entry of ledger.nodes) {
      // The ledger grows while it is read; what came after the head was named is the next run's.
      if (Number(entry.seq) > total || !verifier.push(entry)) break
      checked++
    }
    tell({ kind: 'progress', checked, total })
    after = ledger.pageInfo.endCursor
    more = ledger.pageInfo.hasNextPage && after !== null && !verifier.broken && checked < total
  }
  const verdict = verifier.finish()
  const { checkpoint } = head
  tell({
    kind: 'done',
    verdict,
    origin: head.origin,
    total,
    checkpoint: checkpoint === null ? null : described(checkpoint),
    signedBy: checkpoint === null || verdict.checkpointsVerified === 0 ? null : signerOf(checkpoint, verifiers),
    remembered,
  })
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

/** The published key whose signature stands on the note: the first characters of its line. */
function signerOf(note: string, verifiers: readonly NoteVerifier[] | null): string | null {
  const line = note.split('\n').findLast((each) => each.startsWith('— '))
  return verifiers === null || line === undefined ? null : (line.split(' ')[2]?.slice(0, 8) ?? null)
}

/** The log's keys of every state: a retired one still vouches for what it signed. Null when none are published. */
async function publishedKeys(origin: string): Promise<NoteVerifier[] | null> {
  try {
    const response = await fetchOwn(`/.well-known/muster-trust/${encodeURIComponent(origin)}.json`)
    const { keys } = (await response.json()) as { keys: { use?: string; jwk?: { crv?: string; x?: string } }[] }
    const usable = keys.flatMap(({ use, jwk }) =>
      use === 'ledger' && jwk?.crv === 'Ed25519' && jwk.x !== undefined
        ? [verifierOf(origin, readPublicKey(jwk.x))]
        : [],
    )
    return usable.length === 0 ? null : usable
  } catch (error) {
    if (error instanceof RequestFailure || error instanceof BadVerifierKey) return null
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
