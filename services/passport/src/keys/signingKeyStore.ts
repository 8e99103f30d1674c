/**
 * Signing keys on PostgreSQL, each change with its receipt in the same commit.
 *
 * INVARIANT (one signs): the unique index on active keys and the state in every
 * WHERE decide races; who comes second changes nothing and is told so.
 */
import { appendReceipts, sqlState, type NewReceipt, type Recorded } from '@muster/db'
import type { Clock } from '@muster/kernel'
import {
  keyAlgorithms,
  LocalSigner,
  type KeyAlgorithm,
  type KeyProvider,
  type KeyPurpose,
  type KeyState,
  type RotationPlan,
  type SigningKeyRecord,
  type SigningKeyStore,
} from '@muster/keys'
import { queryOf, type Database, type Tx } from '../database.ts'
import { Prisma, type SigningKey } from '../generated/prisma/client.ts'
import type { SealedReason } from '../sealing.ts'

/** As PostgreSQL says it, and as Prisma does. */
const uniqueViolations: ReadonlySet<string> = new Set(['23505', 'P2002'])

type Jwk = NonNullable<SigningKeyRecord['publicJwk']>

export interface KeyStoreOptions {
  /** Why, for the receipts of changes made through this store. */
  reason?: SealedReason
  /** Told where a change stands in the ledger, once it is committed. */
  onRecorded?: (receipts: readonly Recorded[]) => void
}

/** Somebody else changed the key between look and write. Never leaves this file. */
class Overtaken extends Error {}

export function signingKeyStore(database: Pick<Database, 'models'>, options: KeyStoreOptions = {}): SigningKeyStore {
  return {
    history: (tenant, purpose) => database.models((tx) => historyOf(tx, tenant, purpose)),
    async rotate(plan) {
      try {
        const recorded = await database.models(async (tx) => {
          await storeRotation(tx, plan)
          return appendReceipts(queryOf(tx), rotationReceipts(plan, options.reason))
        })
        options.onRecorded?.(recorded)
        return true
      } catch (error) {
        if (error instanceof Overtaken || uniqueViolations.has(sqlState(error) ?? '')) return false
        throw error
      }
    },
    retire: (records) =>
      database.models(async (tx) => {
        const retired: SigningKeyRecord[] = []
        for (const record of records) if (await storeState(tx, record, 'retiring')) retired.push(record)
        await appendReceipts(
          queryOf(tx),
          retired.map((key) => keyReceipt('key.retired', key, {}, options.reason)),
        )
      }),
  }
}

/** A signer that asks the store before every signature. */
export function signerOn(
  parts: Pick<Database, 'models'> & { provider: KeyProvider; clock: Clock },
  options: KeyStoreOptions = {},
): LocalSigner {
  const { provider, clock } = parts
  return new LocalSigner({ store: signingKeyStore(parts, options), provider, clock, stateTtlMs: 0 })
}

async function historyOf(tx: Tx, tenant: string, purpose: KeyPurpose): Promise<SigningKeyRecord[]> {
  const rows = await tx.signingKey.findMany({
    where: { tenantId: tenant, purpose },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(recordOf)
}

function recordOf(row: SigningKey): SigningKeyRecord {
  return {
    id: row.id,
    tenant: row.tenantId,
    purpose: row.purpose as KeyPurpose,
    algorithm: row.alg as KeyAlgorithm,
    state: row.state as KeyState,
    publicJwk: row.publicJwk as Jwk | null,
    wrapped: row.wrapped,
    createdAtMs: row.createdAt.getTime(),
    retiringAtMs: row.retiringAt?.getTime() ?? null,
    retiredAtMs: row.retiredAt?.getTime() ?? null,
  }
}

async function storeRotation(tx: Tx, { insert, update }: RotationPlan): Promise<void> {
  if (update !== null && !(await storeState(tx, update, 'active'))) throw new Overtaken()
  await tx.signingKey.create({
    data: {
      tenantId: insert.tenant,
      id: insert.id,
      purpose: insert.purpose,
      alg: insert.algorithm,
      publicJwk: insert.publicJwk === null ? Prisma.DbNull : { ...insert.publicJwk },
      wrapped: insert.wrapped === null ? null : Uint8Array.from(insert.wrapped),
      state: insert.state,
      createdAt: new Date(insert.createdAtMs),
    },
  })
}

/** Stores a key's new state; false when it was no longer in the state it was read in. */
async function storeState(tx: Tx, key: SigningKeyRecord, from: KeyState): Promise<boolean> {
  const { count } = await tx.signingKey.updateMany({
    where: { tenantId: key.tenant, id: key.id, state: from },
    data: {
      state: key.state,
      ...(key.wrapped === null ? { wrapped: null } : {}),
      retiringAt: dateOf(key.retiringAtMs),
      retiredAt: dateOf(key.retiredAtMs),
    },
  })
  return count === 1
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

function rotationReceipts({ insert, update, reason }: RotationPlan, why: SealedReason | undefined): NewReceipt[] {
  if (reason === 'first' || update === null) return [keyReceipt('key.created', insert, {}, why)]
  const data = { cause: reason, formerKey: update.id, formerState: update.state }
  return [keyReceipt('key.rotated', insert, data, why)]
}

function keyReceipt(
  type: string,
  key: SigningKeyRecord,
  data: Record<string, string>,
  why: SealedReason | undefined,
): NewReceipt {
  return {
    type,
    subject: { type: 'signing_key', id: key.id },
    data: {
      ...data,
      algorithm: keyAlgorithms[key.purpose],
      purpose: key.purpose,
      ...(why === undefined ? {} : { reason: why.commitment }),
    },
    sealed: why?.sealed ?? null,
  }
}
