/** The receipts of roles given and taken back. */
import type { NewReceipt } from '@muster/db'

interface Binding {
  id: string
  personId: string
  role: string
  unitId: string | null
  expiresAt: Date | null
  receiptId: string | null
}

export function roleGrantedReceipt(binding: Binding): NewReceipt {
  const named = binding.receiptId === null ? {} : { id: binding.receiptId }
  return { ...named, type: 'role.granted', subject: { type: 'person', id: binding.personId }, data: dataOf(binding) }
}

export function roleRevokedReceipt(binding: Binding, because: Record<string, unknown> = {}): NewReceipt {
  return {
    type: 'role.revoked',
    subject: { type: 'person', id: binding.personId },
    data: { ...dataOf(binding), ...because },
  }
}

function dataOf(binding: Binding): Record<string, unknown> {
  return {
    binding: binding.id,
    expiresAt: binding.expiresAt?.toISOString() ?? null,
    role: binding.role,
    unit: binding.unitId,
  }
}
