/**
 * What the identity service offers beside the graph, for the gateway and for
 * the seed: signing in and out, and the acts a company begins with.
 *
 * Every call runs in a request scope (`inScope`) whose hand-over for
 * `muster_identity` says who acts; the database verifies it. INVARIANT (one
 * act, one receipt): whatever changes here is recorded in the same commit.
 */
import type { Recorded } from '@muster/db'
import type { Subgraph } from '@muster/subgraph-kit'
import type { Capability, RiskTier, Role, Trust } from '@muster/kernel'
import type { ScimAnswer, ScimRequest } from './scim/request.ts'
import type { Assertion } from './tokens/assertions.ts'
import type { Family } from './tokens/receipts.ts'
import type { RefreshGrant } from './tokens/refresh.ts'

export type { Assertion, Family, RefreshGrant, ScimAnswer, ScimRequest }

/** The provider's session a session of ours came from; keyed hashes, nothing readable. */
export interface SsoOrigin {
  issuer: string
  subjectIndex: Buffer
  sidIndex: Buffer | null
}

export interface SsoStarted {
  /** The provider's page. */
  url: string
  /** For the browser's cookie: sealed, short-lived. */
  transaction: string
}

export interface SsoCompleted {
  personId: string
  loginMethod: LoginMethod
  origin: SsoOrigin
  /** The path that was asked for at the start. */
  next: string
}

/** Single sign-on. The scope's hand-over is the door's own, of the tenant; `ssoTenant` needs none. */
export interface SingleSignOn {
  /** The way to the provider; null when the tenant has none, or it does not answer. */
  startSso(input: { redirectUri: string; next: string; loginHint: string | null }): Promise<SsoStarted | null>
  /** The tenant of a transaction; null when it is not ours, or too old. */
  ssoTenant(transaction: string): Promise<string | null>
  /** Who signed in. Throws the refusal `SSO_REFUSED`, whatever was wrong; recorded as `sso.refused`. */
  completeSso(input: { transaction: string; query: string }): Promise<SsoCompleted>
  /** Ends the sessions a provider's logout token names; how many. Throws `SSO_REFUSED`. */
  backchannelLogout(logoutToken: string): Promise<number>
  /** Where the browser ends the provider's session too; null when there is none to end. */
  ssoLogoutUrl(input: { sessionId: string; returnTo: string }): Promise<string | null>
}

export const loginMethods = ['password', 'sso_entra_id', 'sso_google', 'sso_okta', 'sso_oidc_generic'] as const
export type LoginMethod = (typeof loginMethods)[number]

/** Who claims to sign in: the row the door found for the address. */
export interface Account {
  tenantId: string
  personId: string
}

export interface OpenedSession {
  sessionId: string
  /** 256 random bits, base64url: shown to the browser once; the database keeps its SHA-256 (`hashToken`). */
  token: string
  expiresAt: Date
}

/** Why a sign-in was refused, as the receipt says it. */
export const signInRefusals = ['BAD_PASSWORD', 'SSO_ONLY', 'RATE_LIMITED', 'NO_ROLE'] as const
export type SignInRefusal = (typeof signInRefusals)[number]

/** Signing in and out. The scope's hand-over names the person as `sub`. */
export interface SignIn {
  /** Blind index of an address: HMAC-SHA-256 over its NFC, trimmed, lower-cased form. What `identity.door_lookup('email', …)` takes. */
  emailIndex(email: string): Buffer
  /**
   * True when the password is the person's. Always one argon2id verification,
   * account or not: pass `null` when the door found nobody (no scope is needed
   * then). With an account: a scope with `sub` = the person, of that tenant.
   */
  verifyPassword(account: Account | null, password: string): Promise<boolean>
  /** Opens a session of the scope's own person; recorded as `session.opened`. */
  openSession(input: {
    personId: string
    loginMethod: LoginMethod
    sso?: SsoOrigin | null | undefined
  }): Promise<OpenedSession>
  /** Ends a session in sight; false when there was none open. Recorded as `session.closed`. */
  closeSession(sessionId: string): Promise<boolean>
  /** Records `session.refused` about the scope's person. An unknown account has no tenant, hence no receipt. */
  recordRefusedSignIn(input: { personId: string; loginMethod: LoginMethod; reason: SignInRefusal }): Promise<void>
}

export interface KeyUse {
  keyId: string
  usedAt: Date
}

export interface NewPerson {
  email: string
  displayName: string
  /** Home org unit; null = none, which only a caller with the whole tenant in scope may say. */
  unitId?: string | null | undefined
  /** `unitId` null = the whole tenant. */
  roles?: readonly { role: Role; unitId?: string | null | undefined; expiresAt?: Date | null | undefined }[] | undefined
  /** Without one the person can sign in through single sign-on alone. */
  password?: string | null | undefined
}

export interface AddedPerson {
  personId: string
  receipt: Recorded
}

export interface NewApiKeyInput {
  label: string
  capabilities: readonly Capability[]
  /** Default `UNKNOWN`: vouching for content is asked for, never given. */
  trustCeiling?: Trust | null | undefined
  /** The key of one agent. Not together with `unitId`. */
  agentId?: string | null | undefined
  /** The key sees this subtree only. */
  unitId?: string | null | undefined
  expiresAt?: Date | null | undefined
}

export interface CreatedApiKey {
  keyId: string
  /** Public: the OAuth `client_id`. */
  prefix: string
  /** The whole key, shown once. */
  apiKey: string
  receipt: Recorded
}

export interface NewAgent {
  slug: string
  displayName: string
  ownerEmail: string
  teamId: string
  description?: string | null | undefined
  environment?: string | null | undefined
  purpose?: string | null | undefined
  model?: string | null | undefined
  publicKey?: string | null | undefined
  ownerType?: 'INDIVIDUAL' | 'ORGANIZATION' | 'UNKNOWN' | null | undefined
  sponsorDomain?: string | null | undefined
  runtimeName?: string | null | undefined
  runtimeVersion?: string | null | undefined
  homepageUrl?: string | null | undefined
  riskTier?: RiskTier | null | undefined
  grants?:
    | readonly { tool: string; action?: string | null | undefined; expiresAt?: Date | null | undefined }[]
    | null
    | undefined
}

export interface RegisteredAgent {
  agentId: string
  keyId: string
  apiKey: string
  receipt: Recorded
}

/** The acts a company begins with; the graph's mutations are these, with words around them. */
export interface IdentityActs {
  /** The first receipt of a tenant, `tenant.opened`; null when it is there already. */
  recordTenantOpened(): Promise<Recorded | null>
  /** Throws the refusals of `addPerson`. */
  addPerson(input: NewPerson): Promise<AddedPerson>
  /** Throws the refusals of `createApiKey`. */
  createApiKey(input: NewApiKeyInput): Promise<CreatedApiKey>
  /** Throws the refusals of `registerAgent`. */
  registerAgent(input: NewAgent): Promise<RegisteredAgent>
  /** Suspends the scope's tenant: nothing of it holds until it is resumed, and its sessions end. For services. */
  suspendTenant(input: { reason: string }): Promise<Recorded>
  /** Lets a suspended tenant go on. For services. */
  resumeTenant(input: { reason: string }): Promise<Recorded>
  /** The operator vouches for a claimed domain that no DNS knows; throws the refusals of `verifyDomain`. */
  vouchForDomain(input: { domainId: string }): Promise<{ receipt: Recorded }>
  /** Notes when keys of the scope's tenant were last used. Not a receipt: the uses are. */
  noteKeysUsed(uses: readonly KeyUse[]): Promise<void>
}

/** Tokens at the door. The scope is the gateway's own, of kind `service`, in the token's tenant. */
export interface TokenActs {
  /** Opens a family of refresh tokens; null when what it would hang on has ended. */
  openTokenFamily(family: Family, scope: readonly string[]): Promise<RefreshGrant | null>
  /** Spends a refresh token; null for one that does not hold. One that was spent before ends its family. Refuses INVALID_SCOPE. */
  refreshTokens(token: string, wanted: readonly string[] | null): Promise<RefreshGrant | null>
  /** Ends the family of a refresh token that was given back. */
  giveBackRefreshToken(token: string): Promise<boolean>
  /** True the first time a client assertion, which the gateway has verified, is used. */
  useAssertion(assertion: Assertion): Promise<boolean>
  /** Ends one access token, which the gateway has verified. */
  giveBackAccessToken(token: { id: string; expiresAt: Date; family: Family }): Promise<boolean>
}

/** Provisioning by a company's identity provider (SCIM 2.0), and what follows from it in time. */
export interface Provisioning {
  /** Answers one request of the scope's caller. Refusals are answers; only faults are thrown. */
  scim(request: ScimRequest): Promise<ScimAnswer>
  /** Freezes agents nobody took over in time, in the scope's tenant; how many. For the timer. */
  freezeOrphans(): Promise<number>
}

export interface Identity extends Subgraph, SignIn, SingleSignOn, IdentityActs, TokenActs, Provisioning {}
