/**
 * The ledger's hall: from the graph to the use cases and back. Translation only.
 */
import { requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { visibleAgents } from '../agents/visibleAgents.ts'
import { ledgerHead, noteOfHead, rootOfHead, stateOfHead } from './head.ts'
import { listEntries } from './listEntries.ts'
import { reasonOf, receiptById, receiptsOfAgent } from './receipts.ts'
import { verifyLedger } from './verify.ts'

type Parts = Pick<Resolvers, 'Query' | 'LedgerHead' | 'LedgerVerification' | 'Agent' | 'Receipt'>

export function ledgerResolvers(room: Room): Parts {
  return {
    Query: {
      ledger: (_, query, context) => {
        requireCapability(context, 'ledger:read')
        return listEntries(room, query)
      },
      ledgerHead: (_, _none, context) => {
        requireCapability(context, 'ledger:read')
        return ledgerHead(room)
      },
      verifyLedger: (_, _none, context) => {
        requireCapability(context, 'ledger:read')
        return verifyLedger(room)
      },
      receipt: (_, { id }, context) => {
        requireCapability(context, 'ledger:read')
        return receiptById(room, id)
      },
    },
    LedgerHead: {
      rootHash: (head) => rootOfHead(room, head),
      checkpoint: (head) => noteOfHead(room, head),
      state: (head) => stateOfHead(room, head),
    },
    LedgerVerification: {
      checked: ({ checked }) => String(checked),
      firstBrokenSeq: ({ firstBrokenSeq }) => (firstBrokenSeq === null ? null : String(firstBrokenSeq)),
      headSeq: ({ headSeq }) => String(headSeq),
      bodiesChecked: ({ bodiesChecked }) => String(bodiesChecked),
    },
    Receipt: {
      reason: (receipt) => reasonOf(room, receipt),
      person: ({ personId }) => (personId === null ? null : { id: personId }),
    },
    Agent: {
      __resolveReference: ({ id }, context) => visibleAgents(room, context).load(id),
      receipts: ({ id }, query, context) => {
        requireCapability(context, 'ledger:read')
        return receiptsOfAgent(room, context, id, query)
      },
    },
  }
}
