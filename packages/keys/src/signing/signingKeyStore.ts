/**
 * Where signing keys are kept, as the signer needs it.
 */
import { KeyError } from '../keyError.ts'
import type { KeyPurpose, RotationPlan, SigningKeyRecord } from './signingKey.ts'

export interface SigningKeyStore {
  /** Every key a tenant (or `platformTenant`) ever had for a purpose, oldest first. */
  history(tenant: string, purpose: KeyPurpose): Promise<SigningKeyRecord[]>
  /**
   * Commits a rotation: both rows or neither, with its receipt. Answers false,
   * and changes nothing, when the former key is no longer active or another
   * active key exists.
   */
  rotate(plan: RotationPlan): Promise<boolean>
  /** Stores the new state of retiring keys. */
  retire(records: readonly SigningKeyRecord[]): Promise<void>
}

/** Signing keys kept in memory, for tools that keep nothing and for tests. */
export class MemorySigningKeyStore implements SigningKeyStore {
  readonly #rows: SigningKeyRecord[] = []

  async history(tenant: string, purpose: KeyPurpose): Promise<SigningKeyRecord[]> {
    return this.#rows.filter((row) => row.tenant === tenant && row.purpose === purpose).map((row) => ({ ...row }))
  }

  async rotate({ insert, update }: RotationPlan): Promise<boolean> {
    const active = this.#rows.find(
      (row) => row.tenant === insert.tenant && row.purpose === insert.purpose && row.state === 'active',
    )
    if (active?.id !== update?.id) return false
    if (update !== null) this.#replace(update)
    this.#rows.push({ ...insert })
    return true
  }

  async retire(records: readonly SigningKeyRecord[]): Promise<void> {
    for (const record of records) this.#replace(record)
  }

  #replace(record: SigningKeyRecord): void {
    const at = this.#rows.findIndex(({ id }) => id === record.id)
    if (at < 0) throw new KeyError('UNKNOWN_KEY', `no signing key \`${record.id}\``)
    this.#rows[at] = { ...record }
  }
}
