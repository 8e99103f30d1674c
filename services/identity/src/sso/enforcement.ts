/**
 * Where passwords do not count, except one person's.
 *
 * INVARIANT (alike): a password that does not count is answered as a wrong one,
 * by the same steps; which it was is in the ledger.
 */
import type { NewReceipt } from '@muster/db'
import type { Tx } from '../database.ts'
import type { LoginMethod, SignInRefusal } from '../identity.ts'
import type { Room } from '../room.ts'
import { notActive } from '../signIn/errors.ts'
import { readConfig } from './store.ts'

/** True in a condition over person `p` when a password of theirs counts. */
export const passwordCountsSql = `NOT EXISTS (SELECT FROM identity.sso_config c
  WHERE c.tenant_id = p.tenant_id AND c.enforce_sso_only AND c.break_glass_person_id IS DISTINCT FROM p.id)`

/** What the ledger says of a refused password. */
export async function refusalOnRecord(tx: Tx, personId: string, reason: SignInRefusal): Promise<SignInRefusal> {
  const config = await readConfig(tx)
  return reason === 'BAD_PASSWORD' && config?.enforceSsoOnly === true && config.breakGlassPersonId !== personId
    ? 'SSO_ONLY'
    : reason
}

/** The alarm of a password used although passwords do not count; throws `NOT_ACTIVE` when it may not be. */
export async function breakGlassReceipts(
  room: Room,
  tx: Tx,
  session: { id: string; personId: string; loginMethod: LoginMethod },
): Promise<NewReceipt[]> {
  if (session.loginMethod !== 'password') return []
  const config = await readConfig(tx)
  if (config?.enforceSsoOnly !== true) return []
  if (config.breakGlassPersonId !== session.personId) throw notActive()
  room.log.warn(
    { alarm: 'break-glass', tenant: config.tenantId, person: session.personId, session: session.id },
    'the break-glass password was used',
  )
  return [
    {
      type: 'session.break_glass',
      subject: { type: 'session', id: session.id },
      data: { person: session.personId, provider: config.providerType },
    },
  ]
}
