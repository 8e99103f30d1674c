/**
 * The ledger as it is published, page by page, up to the head that was named
 * first: what others append meanwhile is the next reader's.
 */
import { readEntry, type LedgerEntry, type LedgerHead } from '@muster/ledger'
import { listOf, maybeText, objectOf, seqOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RequestFailed } from '../client/errors.ts'
import { ledgerHeadQuery, ledgerQuery } from '../client/operations.ts'

export interface PublishedHead extends LedgerHead {
  readonly link: string | null
  readonly rootHash: string | null
  readonly origin: string
  /** The latest signed note; null while there is none. */
  readonly checkpoint: string | null
}

/** @throws RequestFailed, NotAccepted or ServerGone. */
export async function ledgerHead(api: Api): Promise<PublishedHead> {
  const head = objectOf((await api.ask(ledgerHeadQuery)).data['ledgerHead'], '`ledgerHead`')
  return {
    seq: seqOf(head, 'seq'),
    link: maybeText(head, 'link'),
    rootHash: maybeText(head, 'rootHash'),
    origin: textOf(head, 'origin'),
    checkpoint: maybeText(head, 'checkpoint'),
  }
}

/**
 * Entries from 1 to `lastSeq`, or to where the server ends: the verifier judges what is missing.
 * @throws RequestFailed when the server pages in circles, and whatever asking throws.
 */
export async function* ledgerEntries(api: Api, lastSeq: number): AsyncGenerator<LedgerEntry> {
  let after: string | null = null
  for (let given = 0; given < lastSeq;) {
    const page = objectOf((await api.ask(ledgerQuery, { after })).data['ledger'], '`ledger`')
    const nodes = listOf(page['nodes'], '`nodes`')
    for (const node of nodes) {
      if (given >= lastSeq) return
      given++
      yield readEntry(node)
    }
    const pageInfo = objectOf(page['pageInfo'], '`pageInfo`')
    if (pageInfo['hasNextPage'] !== true) return
    const cursor: string = textOf(pageInfo, 'endCursor')
    if (nodes.length === 0 || cursor === after) {
      throw new RequestFailed('UNEXPECTED_ANSWER', 'the pages of the ledger lead nowhere', null)
    }
    after = cursor
  }
}
