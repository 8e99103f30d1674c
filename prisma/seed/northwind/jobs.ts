/**
 * What the agents of northwind do: each team's jobs, and the places each job
 * is done for. A job in four places is four agents.
 */
import type { RiskTier } from '@muster/kernel'

export interface Job {
  /** The slug's first part; with a place, `slug-place`. */
  slug: string
  purpose: string
  tools: readonly string[]
  riskTier: RiskTier
  environment: string
}

export interface TeamJobs {
  team: string
  /** How many agents the team has in all, those of the small company included. */
  size: number
  places: readonly string[]
  jobs: readonly Job[]
}

const job = (
  slug: string,
  purpose: string,
  tools: string,
  riskTier: RiskTier = 'LOW',
  environment = 'production',
): Job => ({ slug, purpose, tools: tools.split(' '), riskTier, environment })

const countries = ['de', 'fr', 'nl', 'uk', 'es', 'it', 'pl', 'se', 'us', 'br', 'jp']

export const jobs: readonly TeamJobs[] = [
  {
    team: 'payments-platform',
    size: 42,
    places: ['eu', 'uk', 'us', 'apac', 'nordics', 'latam'],
    jobs: [
      job('payout-scheduler', 'Schedules payouts to merchants', 'payments.read bank.transfer', 'HIGH'),
      job('chargeback-clerk', 'Answers chargebacks with evidence', 'payments.read payments.refund', 'MEDIUM'),
      job('settlement-matcher', 'Matches settlements with payments', 'payments.read bank.statements'),
      job('iban-checker', 'Checks account numbers before a payout', 'payments.read crm.read'),
      job('duplicate-finder', 'Finds payments that were taken twice', 'payments.read crm.read'),
      job('fee-auditor', 'Checks the fees of acquirers', 'payments.read erp.read'),
      job('card-updater', 'Asks customers to renew an expired card', 'crm.read mail.send'),
    ],
  },
  {
    team: 'treasury',
    size: 19,
    places: ['eur', 'gbp', 'usd', 'sek', 'chf', 'jpy'],
    jobs: [
      job('cash-forecaster', 'Forecasts cash for thirteen weeks', 'bank.statements erp.read'),
      job('statement-importer', 'Imports bank statements', 'bank.statements erp.read erp.post'),
      job('fx-watcher', 'Watches open currency positions', 'bank.statements erp.read'),
    ],
  },
  {
    team: 'risk-and-fraud',
    size: 27,
    places: countries.slice(0, 9),
    jobs: [
      job('kyc-screener', 'Screens new customers', 'kyc.lookup kyc.decide crm.read', 'MEDIUM'),
      job('sanctions-checker', 'Checks names against sanctions lists', 'kyc.lookup crm.read'),
      job('fraud-scorer', 'Scores payments for fraud', 'payments.read kyc.lookup'),
    ],
  },
  {
    team: 'accounting-ops',
    size: 22,
    places: ['de', 'fr', 'nl', 'uk', 'us'],
    jobs: [
      job('ledger-poster', 'Posts recurring documents', 'erp.read erp.post', 'HIGH'),
      job('expense-auditor', 'Checks expense reports', 'erp.read', 'MEDIUM'),
      job('vat-filer', 'Prepares VAT returns', 'erp.read erp.post', 'MEDIUM', 'staging'),
      job('dunning-writer', 'Reminds customers of open invoices', 'erp.read crm.read mail.send'),
      job('closing-assistant', 'Prepares the monthly closing', 'erp.read erp.post', 'HIGH', 'staging'),
    ],
  },
  {
    team: 'support-desk',
    size: 88,
    places: countries,
    jobs: [
      job('ticket-triage', 'Sorts new tickets by topic and urgency', 'tickets.read tickets.route'),
      job('reply-drafter', 'Drafts answers for people to send', 'tickets.read docs.search'),
      job('order-tracker', 'Answers where an order is', 'tickets.read tickets.reply crm.read'),
      job('address-changer', 'Changes delivery addresses', 'crm.read crm.write', 'MEDIUM'),
      job('return-planner', 'Arranges returns', 'tickets.read tickets.reply calendar.book'),
      job('warranty-checker', 'Tells whether a warranty covers a defect', 'tickets.read docs.search'),
      job('escalation-router', 'Hands hard cases to the right people', 'tickets.read tickets.route'),
      job('callback-planner', 'Books calls with customers', 'calendar.read calendar.book crm.read'),
    ],
  },
  {
    team: 'customer-success',
    size: 24,
    places: ['enterprise', 'midmarket', 'smb', 'public', 'retail', 'logistics'],
    jobs: [
      job('churn-watcher', 'Notices customers about to leave', 'crm.read'),
      job('onboarding-guide', 'Leads new customers through their first week', 'crm.read mail.send', 'LOW', 'staging'),
      job('usage-reporter', 'Sends monthly reports of use', 'crm.read mail.send'),
      job('account-briefing', 'Prepares briefings before meetings', 'crm.read docs.search'),
    ],
  },
  {
    team: 'knowledge',
    size: 12,
    places: ['de', 'fr', 'nl', 'es'],
    jobs: [
      job('faq-writer', 'Writes answers to frequent questions', 'docs.search docs.publish'),
      job('article-translator', 'Translates articles', 'docs.search docs.publish'),
      job('guide-checker', 'Finds guides that are out of date', 'docs.search'),
    ],
  },
  {
    team: 'field-service',
    size: 9,
    places: ['north', 'south', 'west'],
    jobs: [
      job('visit-scheduler', 'Plans visits of technicians', 'calendar.read calendar.book'),
      job('parts-orderer', 'Orders spare parts', 'erp.read erp.post', 'MEDIUM'),
      job('visit-reporter', 'Writes reports of visits', 'tickets.read tickets.reply'),
    ],
  },
  {
    team: 'data-eng',
    size: 31,
    places: ['orders', 'payments', 'customers', 'logistics', 'web', 'finance'],
    jobs: [
      job('pipeline-runner', 'Runs and repeats pipelines', 'pipeline.read pipeline.run', 'MEDIUM'),
      job('schema-watcher', 'Notices changed schemas', 'pipeline.read warehouse.query'),
      job('quality-checker', 'Checks the quality of new data', 'warehouse.query pipeline.read'),
      job('catalog-keeper', 'Describes tables for those who look for them', 'warehouse.query docs.search'),
      job('cost-watcher', 'Finds queries that cost too much', 'warehouse.query metrics.read'),
    ],
  },
  {
    team: 'delivery',
    size: 18,
    places: ['web', 'mobile', 'api', 'data'],
    jobs: [
      job('release-notes-writer', 'Writes release notes', 'repo.read review.read'),
      job('test-runner', 'Runs tests and explains failures', 'repo.read review.read review.comment'),
      job('dependency-updater', 'Proposes updates of dependencies', 'repo.read review.comment code.merge', 'MEDIUM'),
      job('code-reviewer', 'Reviews changes', 'repo.read review.read review.comment'),
    ],
  },
  {
    team: 'platform-sre',
    size: 14,
    places: ['prod', 'staging'],
    jobs: [
      job('incident-scribe', 'Keeps the record of an incident', 'metrics.read docs.search'),
      job('log-searcher', 'Finds the lines that matter', 'metrics.read'),
      job('capacity-planner', 'Scales services ahead of load', 'metrics.read cloud.scale', 'HIGH'),
      job('cert-renewer', 'Renews certificates', 'metrics.read deploy.start', 'HIGH'),
      job('alert-router', 'Calls the right person', 'metrics.read pager.notify'),
      job('cost-trimmer', 'Scales down what nobody uses', 'metrics.read cloud.scale', 'HIGH'),
      job('backup-checker', 'Checks that backups can be restored', 'metrics.read'),
    ],
  },
  {
    team: 'security-ops',
    size: 6,
    places: [],
    jobs: [
      job('phishing-sorter', 'Sorts reported mails', 'tickets.read tickets.route'),
      job('vuln-triager', 'Ranks vulnerabilities by exposure', 'repo.read metrics.read'),
      job('access-auditor', 'Compares access with need', 'crm.read metrics.read'),
      job('secret-scanner', 'Looks for secrets in code', 'repo.read review.comment', 'HIGH'),
      job('alert-enricher', 'Adds context to alerts', 'metrics.read docs.search'),
      job('patch-planner', 'Plans and rolls out patches', 'repo.read deploy.start', 'HIGH'),
    ],
  },
]
