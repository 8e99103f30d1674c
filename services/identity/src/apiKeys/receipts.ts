/** The receipts of an API key's life. A label is a name, and stays out of them. */
import type { NewReceipt } from '@muster/db'
import type { KeyInsert } from './store.ts'

const subjectOf = (keyId: string) => ({ type: 'api_key', id: keyId })

export function keyCreatedReceipt(key: KeyInsert): NewReceipt {
  return { type: 'api_key.created', subject: subjectOf(key.id), agentId: key.agentId, data: rightsOf(key) }
}

/** @param replaces the key it succeeds. @param endsAt when the old one stops working. */
export function keyRotatedReceipt(key: KeyInsert, replaces: string, endsAt: Date): NewReceipt {
  return {
    type: 'api_key.rotated',
    subject: subjectOf(key.id),
    agentId: key.agentId,
    data: { ...rightsOf(key), replaces, replacedEndsAt: endsAt.toISOString() },
  }
}

export function keyRevokedReceipt(
  key: { id: string; agentId: string | null },
  part: Partial<NewReceipt> = {},
): NewReceipt {
  return { type: 'api_key.revoked', subject: subjectOf(key.id), agentId: key.agentId, data: {}, ...part }
}

function rightsOf(key: KeyInsert): Record<string, unknown> {
  return {
    agent: key.agentId,
    capabilities: [...key.capabilities],
    expiresAt: key.expiresAt?.toISOString() ?? null,
    trustCeiling: key.trustCeiling,
    unit: key.unitId,
  }
}
