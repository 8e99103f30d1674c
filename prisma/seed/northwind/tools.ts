/**
 * The tool servers of northwind, as they are pinned, and what its agents do
 * with each tool. The first three servers are those of the small company.
 */
import { smallNorthwind, type SeedTool, type SeedUse } from '../company.ts'

type Server = { server: string; tools: readonly SeedTool[] }

const use = (action: string, ...parameters: string[]): SeedUse => ({ action, parameters })
const reads = (name: string, description: string, ...uses: SeedUse[]): SeedTool => ({
  name,
  description,
  mutates: false,
  uses,
})
const changes = (name: string, description: string, ...uses: SeedUse[]): SeedTool => ({
  name,
  description,
  mutates: true,
  uses,
})

const usesOfSmall: Readonly<Record<string, readonly SeedUse[]>> = {
  'payments.read': [use('get', 'paymentId'), use('list', 'customerId')],
  'payments.refund': [use('refund', 'orderId', 'amount', 'currency')],
  'crm.read': [use('read', 'customerId'), use('search', 'segment')],
  'crm.write': [use('update', 'customerId', 'city'), use('tag', 'customerId', 'segment')],
  'mail.send': [use('send', 'customerId', 'template')],
  'repo.read': [use('read', 'repository')],
  'deploy.start': [use('rollout', 'service', 'releaseId')],
  'warehouse.query': [use('query', 'dataset')],
}

const asSmall: readonly Server[] = smallNorthwind.tools.map(({ server, tools }) => ({
  server,
  tools: tools.map((tool) => ({ ...tool, uses: usesOfSmall[tool.name] ?? [] })),
}))

export const servers: readonly Server[] = [
  ...asSmall,
  {
    server: 'bank',
    tools: [
      reads('bank.statements', 'Reads account statements', use('list', 'account')),
      changes(
        'bank.transfer',
        'Instructs a transfer between own accounts or to a payee',
        use('instruct', 'payeeId', 'amount', 'currency'),
      ),
    ],
  },
  {
    server: 'erp',
    tools: [
      reads('erp.read', 'Reads ledger accounts and documents', use('read', 'documentId'), use('list', 'account')),
      changes('erp.post', 'Posts a document to the ledger', use('post', 'documentId', 'amount', 'currency')),
    ],
  },
  {
    server: 'kyc',
    tools: [
      reads('kyc.lookup', 'Looks a customer up in registers and lists', use('screen', 'customerId')),
      changes('kyc.decide', 'Records the result of a screening', use('clear', 'customerId'), use('hold', 'customerId')),
    ],
  },
  {
    server: 'tickets',
    tools: [
      reads('tickets.read', 'Reads a ticket and its messages', use('read', 'ticketId'), use('list', 'queue')),
      changes('tickets.reply', 'Answers a customer in a ticket', use('reply', 'ticketId', 'template')),
      changes('tickets.route', 'Moves a ticket to another queue', use('route', 'ticketId', 'queue')),
    ],
  },
  {
    server: 'knowledge',
    tools: [
      reads('docs.search', 'Searches the knowledge base', use('search', 'topic')),
      changes('docs.publish', 'Publishes an article', use('publish', 'articleId')),
    ],
  },
  {
    server: 'calendar',
    tools: [
      reads('calendar.read', 'Reads free times', use('read', 'region')),
      changes('calendar.book', 'Books a visit or a call', use('book', 'customerId', 'region')),
    ],
  },
  {
    server: 'pipelines',
    tools: [
      reads('pipeline.read', 'Reads the state of a pipeline', use('status', 'dataset')),
      changes('pipeline.run', 'Runs or repeats a pipeline', use('run', 'dataset'), use('backfill', 'dataset')),
    ],
  },
  {
    server: 'operations',
    tools: [
      reads('metrics.read', 'Reads metrics and logs', use('query', 'service')),
      changes('pager.notify', 'Calls the person on duty', use('notify', 'service')),
      changes('cloud.scale', 'Changes the size of a service', use('scale', 'service', 'replicas')),
    ],
  },
  {
    server: 'code',
    tools: [
      reads('review.read', 'Reads a change and its discussion', use('read', 'changeId')),
      changes('review.comment', 'Comments on a change', use('comment', 'changeId')),
      changes('code.merge', 'Merges a change', use('merge', 'repository', 'changeId')),
    ],
  },
]
