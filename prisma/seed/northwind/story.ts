/**
 * What happened at northwind in thirty days: an attack that was contained by a
 * freeze, a coding agent that got above itself, movers, leavers, grants that
 * ended, and what analysts made of it.
 */
import type { Act, StandingAct, Story } from '../history/story.ts'
import { leadOf } from './people.ts'

const ana = 'ana.analyst@northwind.example'
const joao = 'joao.analyst@northwind.example'
const ada = 'ada.admin@northwind.example'

const stands = (
  kind: StandingAct['kind'],
  daysAgo: number,
  by: string,
  reason: string,
  agents: readonly string[],
): Act[] => agents.map((agent) => ({ kind, daysAgo, by, reason, agent }))

/** Slugs of a job in several places. */
const each = (job: string, ...places: readonly string[]): string[] => places.map((place) => `${job}-${place}`)

const standing: readonly Act[] = [
  // Leavers.
  ...stands('revoke', 27, leadOf('treasury'), "replaced by the bank's own feed", each('statement-importer', 'jpy')),
  ...stands(
    'revoke',
    24,
    leadOf('support-desk'),
    'the Japanese desk moved to a partner',
    each('callback-planner', 'br'),
  ),
  ...stands(
    'revoke',
    24,
    leadOf('support-desk'),
    'the Japanese desk moved to a partner',
    each('warranty-checker', 'jp'),
  ),
  ...stands('revoke', 20, leadOf('data-eng'), 'merged into quality-checker', each('schema-watcher', 'web')),
  ...stands('revoke', 15, leadOf('knowledge'), 'the Spanish base is translated elsewhere', each('guide-checker', 'es')),
  ...stands(
    'revoke',
    11,
    leadOf('payments-platform'),
    'the acquirer sends this itself now',
    each('fee-auditor', 'latam'),
  ),
  ...stands(
    'revoke',
    6,
    leadOf('customer-success'),
    'the report was not read by anybody',
    each('usage-reporter', 'public'),
  ),
  ...stands('revoke', 3, leadOf('support-desk'), 'one planner for both regions', each('return-planner', 'br')),
  // Watched more closely after a new model.
  ...stands(
    'restrict',
    19,
    joao,
    'new model: changes are looked at for a while',
    each('order-tracker', 'de', 'fr', 'nl', 'uk'),
  ),
  ...stands('restrict', 17, joao, 'answers in a tone nobody agreed to', each('reply-drafter', 'it', 'pl')),
  ...stands('restrict', 13, leadOf('field-service'), 'double bookings', each('visit-scheduler', 'north', 'south')),
  ...stands('restrict', 10, joao, 'tags customers it should not see', each('usage-reporter', 'retail')),
  ...stands('restrict', 8, leadOf('delivery'), 'comments too much', each('code-reviewer', 'data')),
  ...stands('restrict', 5, leadOf('risk-and-fraud'), 'too many false alarms', each('kyc-screener', 'pl', 'se')),
  // Stopped and back.
  ...stands('freeze', 22, ana, 'loops on one ticket', each('escalation-router', 'us')),
  ...stands(
    'reinstate',
    21,
    leadOf('support-desk'),
    'the loop is fixed in release 41',
    each('escalation-router', 'us'),
  ),
  ...stands('freeze', 14, ana, 'rolled out a release that was withdrawn', ['deploy-agent-prod']),
  ...stands('reinstate', 13, ada, 'withdrawn releases are marked now', ['deploy-agent-prod']),
  // Stopped still.
  ...stands('freeze', 7, joao, 'answers customers with text from other tickets', each('order-tracker', 'br')),
  ...stands('freeze', 4, leadOf('data-eng'), 'backfills at noon', each('pipeline-runner', 'web')),
  // Isolated.
  ...stands('quarantine', 9, ana, 'writes that do not match its task', each('dependency-updater', 'mobile')),
  ...stands('quarantine', 2, joao, 'publishes drafts', each('faq-writer', 'nl')),
]

/** The incident: payouts moved by an invoice from outside, seen, and stopped within the hour. */
const incident: readonly Act[] = [
  {
    kind: 'attack',
    daysAgo: 2,
    agent: 'payout-scheduler-latam',
    tool: 'bank.transfer',
    action: 'instruct',
    trust: 'UNTRUSTED_EXTERNAL',
    times: 6,
  },
  {
    kind: 'attack',
    daysAgo: 2,
    agent: 'payout-scheduler-latam',
    tool: 'bank.transfer',
    action: 'instruct',
    trust: 'MALICIOUS_SUSPECTED',
    times: 2,
  },
  { kind: 'report', daysAgo: 2, agent: 'payout-scheduler-latam', type: 'policy.violation', severity: 'HIGH', times: 1 },
  ...stands('freeze', 2, ana, 'transfers moved by text in an invoice; see the finding', ['payout-scheduler-latam']),
  { kind: 'triage', daysAgo: 2, by: ana, agent: 'payout-scheduler-latam', close: null },
]

const findings: readonly Act[] = [
  {
    kind: 'attack',
    daysAgo: 23,
    agent: 'escalation-router-us',
    tool: 'tickets.route',
    action: 'route',
    trust: 'UNTRUSTED_EXTERNAL',
    times: 4,
  },
  { kind: 'triage', daysAgo: 22, by: ana, agent: 'escalation-router-us', close: 'RESOLVED' },
  { kind: 'drift', daysAgo: 18, agent: 'article-translator-fr', tool: 'docs.publish', action: 'publish' },
  { kind: 'triage', daysAgo: 18, by: joao, agent: 'article-translator-fr', close: 'FALSE_POSITIVE' },
  { kind: 'reach', daysAgo: 16, tenant: 'tailspin', agent: 'ticket-closer' },
  { kind: 'triage', daysAgo: 16, by: ana, agent: null, close: 'ACCEPTED_RISK' },
  {
    kind: 'attack',
    daysAgo: 14,
    agent: 'deploy-agent-prod',
    tool: 'deploy.start',
    action: 'rollout',
    trust: 'UNTRUSTED_EXTERNAL',
    times: 2,
  },
  { kind: 'triage', daysAgo: 12, by: ana, agent: 'deploy-agent-prod', close: 'RESOLVED' },
  {
    kind: 'attack',
    daysAgo: 9,
    agent: 'dependency-updater-mobile',
    tool: 'code.merge',
    action: 'merge',
    trust: 'MALICIOUS_SUSPECTED',
    times: 3,
  },
  { kind: 'triage', daysAgo: 8, by: joao, agent: 'dependency-updater-mobile', close: 'RESOLVED' },
  {
    kind: 'attack',
    daysAgo: 7,
    agent: 'order-tracker-br',
    tool: 'tickets.reply',
    action: 'reply',
    trust: 'UNTRUSTED_EXTERNAL',
    times: 5,
  },
  { kind: 'triage', daysAgo: 6, by: joao, agent: 'order-tracker-br', close: 'RESOLVED' },
  {
    kind: 'attack',
    daysAgo: 4,
    agent: 'coding-agent-prod',
    tool: 'code.merge',
    action: 'merge',
    trust: 'MALICIOUS_SUSPECTED',
    times: 3,
  },
  { kind: 'triage', daysAgo: 3, by: ana, agent: 'coding-agent-prod', close: null },
]

const movers: readonly Act[] = [
  {
    kind: 'transfer',
    daysAgo: 25,
    by: leadOf('support-desk'),
    agent: 'reply-drafter-us',
    to: 'knowledge',
    accept: leadOf('knowledge'),
  },
  {
    kind: 'transfer',
    daysAgo: 25,
    by: leadOf('knowledge'),
    agent: 'faq-writer-es',
    to: 'support-desk',
    accept: leadOf('support-desk'),
  },
  {
    kind: 'transfer',
    daysAgo: 12,
    by: leadOf('treasury'),
    agent: 'fx-watcher-chf',
    to: 'accounting-ops',
    accept: leadOf('accounting-ops'),
  },
  {
    kind: 'transfer',
    daysAgo: 12,
    by: leadOf('accounting-ops'),
    agent: 'expense-auditor-us',
    to: 'treasury',
    accept: leadOf('treasury'),
  },
  { kind: 'transfer', daysAgo: 3, by: leadOf('platform-sre'), agent: 'alert-router-staging', to: 'security-ops' },
  {
    kind: 'change',
    daysAgo: 21,
    by: ada,
    agent: 'fraud-scorer-nl',
    ownerEmail: leadOf('risk-and-fraud'),
    reason: 'its owner is on leave',
  },
  {
    kind: 'change',
    daysAgo: 16,
    by: leadOf('delivery'),
    agent: 'test-runner-api',
    model: 'gpt-5.6-sol',
    reason: 'the larger model explains failures better',
  },
  {
    kind: 'change',
    daysAgo: 10,
    by: leadOf('data-eng'),
    agent: 'catalog-keeper-finance',
    model: 'mistral-large-3',
    reason: 'cheaper, and good enough',
  },
]

const grants: readonly Act[] = [
  {
    kind: 'grant',
    daysAgo: 26,
    by: leadOf('payments-platform'),
    agent: 'duplicate-finder-eu',
    tool: 'erp.read',
    forDays: 14,
  },
  { kind: 'grant', daysAgo: 23, by: leadOf('support-desk'), agent: 'ticket-triage-de', tool: 'crm.read', forDays: 7 },
  { kind: 'grant', daysAgo: 20, by: leadOf('data-eng'), agent: 'cost-watcher-web', tool: 'pipeline.read' },
  {
    kind: 'grant',
    daysAgo: 18,
    by: leadOf('customer-success'),
    agent: 'account-briefing-smb',
    tool: 'tickets.read',
    forDays: 10,
  },
  { kind: 'grant', daysAgo: 15, by: leadOf('risk-and-fraud'), agent: 'sanctions-checker-uk', tool: 'payments.read' },
  {
    kind: 'grant',
    daysAgo: 12,
    by: leadOf('delivery'),
    agent: 'release-notes-writer-web',
    tool: 'docs.publish',
    forDays: 30,
  },
  {
    kind: 'grant',
    daysAgo: 9,
    by: leadOf('platform-sre'),
    agent: 'log-searcher-prod',
    tool: 'warehouse.query',
    forDays: 5,
  },
  {
    kind: 'grant',
    daysAgo: 5,
    by: leadOf('accounting-ops'),
    agent: 'dunning-writer-uk',
    tool: 'payments.read',
    forDays: 60,
  },
  { kind: 'revokeGrant', daysAgo: 17, by: leadOf('support-desk'), agent: 'callback-planner-us', tool: 'crm.read' },
  { kind: 'revokeGrant', daysAgo: 8, by: leadOf('treasury'), agent: 'fx-watcher-usd', tool: 'erp.read' },
]

/** What was reported about agents: the evidence their risk comes from. */
const reports: readonly Act[] = [
  { kind: 'report', daysAgo: 6, agent: 'refund-bot', type: 'policy.violation', severity: 'HIGH', times: 2 },
  { kind: 'report', daysAgo: 3, agent: 'refund-bot', type: 'policy.violation', severity: 'MEDIUM', times: 2 },
  { kind: 'report', daysAgo: 14, agent: 'deploy-agent-prod', type: 'policy.violation', severity: 'CRITICAL', times: 2 },
  { kind: 'report', daysAgo: 3, agent: 'deploy-agent-prod', type: 'policy.violation', severity: 'CRITICAL', times: 1 },
  { kind: 'report', daysAgo: 2, agent: 'deploy-agent-prod', type: 'policy.violation', severity: 'HIGH', times: 1 },
  { kind: 'report', daysAgo: 4, agent: 'coding-agent-prod', type: 'secret.exposed', severity: 'HIGH', times: 1 },
  { kind: 'report', daysAgo: 1, agent: 'coding-agent-prod', type: 'policy.violation', severity: 'HIGH', times: 1 },
  { kind: 'report', daysAgo: 7, agent: 'order-tracker-br', type: 'policy.violation', severity: 'HIGH', times: 2 },
  {
    kind: 'report',
    daysAgo: 9,
    agent: 'dependency-updater-mobile',
    type: 'policy.violation',
    severity: 'HIGH',
    times: 2,
  },
  { kind: 'report', daysAgo: 4, agent: 'pipeline-runner-web', type: 'rate.limit_hit', severity: 'MEDIUM', times: 12 },
  { kind: 'report', daysAgo: 5, agent: 'kyc-screener-pl', type: 'policy.violation', severity: 'MEDIUM', times: 2 },
  { kind: 'report', daysAgo: 5, agent: 'kyc-screener-se', type: 'human.override', severity: 'LOW', times: 5 },
]

/** One certified and sealed, one that is due soon and half done. */
const fay = 'fay.orgadmin@northwind.example'
const reviews: readonly Act[] = [
  {
    kind: 'review',
    daysAgo: 19,
    by: fay,
    name: 'Treasury, autumn',
    unit: 'treasury',
    dueInDays: 10,
    shareDecided: 1,
    isSigned: true,
  },
  {
    kind: 'review',
    daysAgo: 4,
    by: fay,
    name: 'Payments platform, autumn',
    unit: 'payments-platform',
    dueInDays: 7,
    shareDecided: 0.5,
    isSigned: false,
  },
]

const acts = [...incident, ...findings, ...standing, ...movers, ...grants, ...reports, ...reviews]

export const northwindStory: Story = {
  callsADay: 260,
  eventsADay: 820,
  heldADay: 14,
  pendingAtEnd: 9,
  shaky: {
    'coding-agent-prod': 0.24,
    'pipeline-runner-web': 0.35,
    'kyc-screener-pl': 0.2,
    'reply-drafter-it': 0.22,
    'visit-scheduler-north': 0.3,
    'cost-trimmer-prod': 0.18,
  },
  acts,
}

/** Agents something is told about. */
export const namedAgents: ReadonlySet<string> = new Set(
  acts.flatMap((act) => ('agent' in act && act.agent !== null ? [act.agent] : [])),
)
