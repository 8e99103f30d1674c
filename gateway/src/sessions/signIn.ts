/**
 * Signing in with e-mail and password.
 *
 * An unknown account, a wrong password and a person who left take the same
 * steps, one password verification among them, and get the same answer. Only
 * the ledger of the account's own tenant learns which it was.
 */
import type { Handovers } from '@muster/db'
import { Refusal, type Clock } from '@muster/kernel'
import { Refused } from '../door/problem.ts'
import type { Metrics } from '../health/metrics.ts'
import { suspended } from '../principals/authenticate.ts'
import type { DoorQueries, DoorRow } from '../principals/doorQueries.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { OpenedSession, SignInDoor } from './signInDoor.ts'
import type { SignInThrottle } from './signInThrottle.ts'

export interface SignInInput {
  email: string
  password: string
  /** Slug or id of the tenant, for an address known in several. */
  tenant: string | undefined
  address: string
  requestId: string
}

export interface SignedIn {
  principal: Principal
  session: OpenedSession
}

export interface SignInParts {
  door: SignInDoor
  queries: DoorQueries
  desk: HandoverDesk
  throttle: SignInThrottle
  clock: Clock
  metrics: Metrics
}

/** A person has accounts in few companies; each costs one verification of the password. */
const accountsMax = 4

/** Each takes a core for a twentieth of a second and 19 MiB; more at once would only wait longer. */
const underWayMax = 64
let underWay = 0

/** Opens a session. Throws `SIGN_IN_REFUSED` or `RATE_LIMITED`; faults of the database pass through. */
export async function signIn(parts: SignInParts, input: SignInInput): Promise<SignedIn> {
  const { door, throttle, metrics } = parts
  const index = await door.emailIndex(input.email)
  const account = index.toString('base64url')
  try {
    await throttle.admit(account, input.address)
  } catch (error) {
    metrics.signIn('throttled')
    throw error
  }
  if (underWay >= underWayMax) {
    throw new Refused('UNAVAILABLE', 'too many people sign in at this moment', { headers: { 'retry-after': '2' } })
  }
  underWay++
  const signedIn = await attempt(parts, index, input).finally(() => underWay--)
  if (signedIn === null) {
    await throttle.failed(account, input.address)
    metrics.signIn('refused')
    throw new Refused('SIGN_IN_REFUSED', 'the e-mail address and the password do not belong together')
  }
  await throttle.succeeded(account, input.address)
  metrics.signIn('opened')
  return signedIn
}

async function attempt(parts: SignInParts, index: Buffer, input: SignInInput): Promise<SignedIn | null> {
  const { door, queries, desk } = parts
  const rows = await accountsOf(queries, index, input.tenant)
  if (rows.length === 0) {
    await door.verifyPassword(null, null, input.password)
    return null
  }
  for (const { tenantId, refId } of rows) {
    const handovers = desk.forSignIn(tenantId, refId, input.requestId, 'muster_identity')
    const account = { tenantId, personId: refId }
    if (!(await door.verifyPassword(handovers, account, input.password))) {
      await door.recordRefused(handovers, refId, 'BAD_PASSWORD')
      continue
    }
    const session = await openUnlessLeft(door, handovers, refId)
    if (session === null) continue
    const principal = await queries.sessionById(tenantId, session.sessionId, 'session')
    if (principal !== null && !principal.suspended) return { principal, session }
    // The tenant was closed: the password is right, the account is not.
    await door.closeSession(handovers, session.sessionId)
    if (principal?.suspended === true) throw suspended()
  }
  return null
}

/** A person who left keeps a password that is right and an account that is not. */
async function openUnlessLeft(door: SignInDoor, handovers: Handovers, personId: string): Promise<OpenedSession | null> {
  try {
    return await door.openSession(handovers, personId)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

async function accountsOf(queries: DoorQueries, index: Buffer, tenant: string | undefined): Promise<DoorRow[]> {
  const rows = (await queries.lookUp('email', index)).slice(0, accountsMax)
  if (tenant === undefined) return rows
  const named = await queries.lookUp('tenant', Buffer.from(tenant.toLowerCase(), 'utf8'))
  return rows.filter(({ tenantId }) => tenantId === tenant || named.some((row) => row.tenantId === tenantId))
}
