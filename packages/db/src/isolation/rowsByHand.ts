/**
 * What a generated row cannot know: values with a shape of their own. Data for
 * `seedRow`; a table that needs none is not named.
 */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import type { Side, Team } from './world.ts'

export type RowPart = Record<string, unknown>

const bytes = (length: number): string => `\\x${randomBytes(length).toString('hex')}`
const hex = (length: number): string => randomBytes(length).toString('hex')

export const rowsByHand: Readonly<Record<string, (side: Side, team: Team) => RowPart>> = {
  'identity.password': () => ({ hash: `$argon2id$v=19$m=65536,t=3,p=4$${hex(16)}$${hex(32)}` }),
  'identity.role_binding': (_, team) => ({ role: 'team-lead', unit_id: team.unit }),
  'identity.verification_artifact': () => ({
    artifact_type: 'domain_proof',
    method: 'dns_txt',
    status: 'verified',
    domain: 'proved.example',
    token: hex(22).slice(0, 43),
    key_hash: null,
    evidence_hash: bytes(32),
    expires_at: '2100-01-01T00:00:00Z',
    settled_at: '2026-11-01T00:00:00Z',
    receipt_id: newId(),
  }),
  'identity.saved_view': () => ({ screen: 'directory' }),
  'identity.job': () => ({ kind: 'EXPORT', act: null, held_until: '2100-01-01T00:00:00Z' }),
  'identity.job_part': () => ({ expires_at: '2100-01-01T00:00:00Z' }),
  'identity.session': () => ({ expires_at: '2100-01-01T00:00:00Z' }),
  'identity.api_key': () => ({ key_prefix: `mk_${hex(8)}`, capabilities: [] }),
  'workforce.transfer_offer': (side, team) => ({
    from_team_id: team.unit,
    to_team_id: side.root,
    expires_at: '2100-01-01T00:00:00Z',
  }),
  // The view of the present scores joins both.
  'scoring.standing': (side, team) => ({ snapshot_id: snapshotOf(side, team) }),
  'workforce.review_campaign': () => ({ signed_off_by: null, due_at: '2100-01-01T00:00:00Z' }),
  'workforce.review_item': (_, team) => ({
    ordinal: 0,
    reviewer_id: team.lead,
    granted_by: newId(),
    reassigned_by: null,
    verdict: 'RECERTIFIED',
    decided_by: team.lead,
    decided_at: '2026-11-01T00:00:00Z',
    justification_commitment: hex(32),
    justification_sealed: bytes(60),
  }),
  'scoring.snapshot': () => ({ autonomy_label: 'none' }),
  'passport.data_key': (_, team) => ({ class: 'event', month: '2026-11', subject: team.agent, wrapped: bytes(60) }),
  'passport.signing_key': (_, team) => ({ purpose: team.number === 1 ? 'permit' : 'issuer', wrapped: bytes(60) }),
  'guard.policy_bundle': () => ({ hash: hex(32), sources: [] }),
  'guard.finding': () => ({ finding_type: 'test.seeded' }),
  'ledger.log_epoch': (_, team) => ({
    log_epoch: team.number + 10,
    base_frontier: '\\x',
    base_seq: 1,
    lost_from: 1,
    lost_to: 1,
  }),
  'ledger.checkpoint': (_, team) => ({ size: team.number }),
  'ledger.tile': (_, team) => ({ index: team.number, hashes: bytes(8192) }),
}

function snapshotOf(side: Side, { agent }: Team): unknown {
  const own = side.rows.find(({ table, image }) => table === 'scoring.snapshot' && image['agent_id'] === agent)
  if (own === undefined) throw new Error('a standing is seeded after the snapshot it stands on')
  return own.image['id']
}

/** Filled by acts, not by rows: by the bootstrap, by a trigger, or by `ledger.append`. */
export const filledByActs: ReadonlySet<string> = new Set([
  'identity.organization',
  'identity.tenant',
  'identity.person',
  'identity.agent',
  'workforce.org_unit',
  'workforce.org_closure',
  'ledger.head',
  'ledger.entry',
  'ledger.receipt',
  'guard.incident_count',
  'identity.sso_config',
])
