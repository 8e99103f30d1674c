/**
 * Whose rights a new key may at most have: those of the credential that asks,
 * and of an agent's own key those that registering the agent would have given.
 */
import type { Claims } from '@muster/kernel'
import { query, type Tx } from '../database.ts'
import { widensCreator } from './errors.ts'
import { agentKeyCapabilities, type Maker } from './keyRights.ts'

/** The caller as a maker of keys. A key that makes a key ends it with itself. */
export async function makerOf(tx: Tx, claims: Claims): Promise<Maker> {
  return { caps: claims.caps, ceiling: claims.ceiling, endsAt: await endOfCredential(tx, claims) }
}

/** The caller as one who may renew an agent's standard key, whatever else they may not do. */
export function renewing(maker: Maker, claims: Claims): Maker {
  return claims.caps.includes('agents:write') ? { ...maker, caps: [...maker.caps, ...agentKeyCapabilities] } : maker
}

async function endOfCredential(tx: Tx, claims: Claims): Promise<Date | null> {
  if (claims.kind !== 'api_key' && claims.kind !== 'agent') return null
  const [row] = await query<{ expiresAt: Date | null }>(
    tx,
    'SELECT k.expires_at AS "expiresAt" FROM identity.api_key k WHERE k.id::text IN ($1, $2) ORDER BY k.expires_at NULLS LAST LIMIT 1',
    [claims.sub, claims.cred],
  )
  // Not found is not "without end": what cannot be bounded is not made.
  if (row === undefined) throw widensCreator('the key you came with is not in sight')
  return row.expiresAt
}
