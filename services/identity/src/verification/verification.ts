/**
 * Proofs of who an agent is: what is asked for, where it is looked for, and how
 * long a proof holds. Pure.
 *
 * INVARIANT (separate messages): what an agent signs here begins with
 * `muster/key-proof/v1`, names agent, verification and nonce, and is therefore
 * never an event, a token, or the answer to another challenge.
 */
import { createHash } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { anyId, optional } from '../input.ts'

export const methods = ['DNS_TXT', 'WELL_KNOWN', 'CHALLENGE'] as const
export type Method = (typeof methods)[number]
export type Status = 'PENDING' | 'VERIFIED' | 'FAILED' | 'EXPIRED' | 'REVOKED'

/** A nonce is signed at once; a record takes a day to travel through caches, and a person to publish. */
export const challengeTtlMs = 5 * 60_000
export const domainTtlMs = 7 * 86_400_000
/** More under way at once is nobody's doing by hand. */
export const pendingMax = 20

const domainLengthMax = 240
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** A public domain name in its ASCII form; null for anything else, addresses included. */
export function domainOf(text: string): string | null {
  const name = text.trim().replace(/\.$/, '')
  // The conversion would cut a path off, silently.
  if (/[/\\?#@:%[\]\s]/.test(name)) return null
  const ascii = domainToASCII(name)
  const labels = ascii.split('.')
  if (ascii.length > domainLengthMax || labels.length < 2 || !labels.every((part) => label.test(part))) return null
  return /^[a-z]/.test(labels.at(-1)!) ? ascii : null
}

export const startInput = z
  .object({
    agentId: anyId,
    method: z.enum(methods),
    domain: optional(
      z.string().transform((text, issues) => {
        const domain = domainOf(text)
        if (domain === null) issues.addIssue({ code: 'custom', message: 'not a domain name' })
        return domain
      }),
    ),
  })
  .refine(({ method, domain }) => (method === 'CHALLENGE') === (domain === null), {
    path: ['domain'],
    message: 'given for DNS_TXT and WELL_KNOWN, and for nothing else',
  })

/** The longest a signature of either form is. */
const signatureLengthMax = 2_000
export const completeInput = z.object({
  verificationId: anyId,
  signature: optional(z.string().max(signatureLengthMax)),
})

export interface Asked {
  id: string
  agentId: string
  method: Method
  domain: string | null
  token: string
}

/** Where a token is to be published (null for a challenge), and what is to be published or signed there, exactly. */
export function challengeOf(asked: Asked): { place: string | null; text: string } {
  switch (asked.method) {
    case 'DNS_TXT':
      return { place: recordName(asked.domain!), text: recordText(asked.token) }
    case 'WELL_KNOWN':
      return { place: `https://${asked.domain!}${wellKnownPath}`, text: JSON.stringify({ tokens: [asked.token] }) }
    case 'CHALLENGE':
      return { place: null, text: keyMessage(asked) }
  }
}

export const recordName = (domain: string): string => `_muster-agent.${domain}`
export const recordText = (token: string): string => `muster-agent=${token}`
export const wellKnownPath = '/.well-known/muster-agent.json'
export const keyMessage = ({ agentId, id, token }: Pick<Asked, 'agentId' | 'id' | 'token'>): string =>
  `muster/key-proof/v1\n${agentId}\n${id}\n${token}`

/** Which key a proof is about. */
export const keyHash = (publicKey: string): Buffer => createHash('sha256').update(publicKey, 'utf8').digest()

/** What stands for the thing that was found, whole. */
export const evidenceHash = (found: string): Buffer =>
  createHash('sha256').update('muster/verification-evidence/v1\n').update(found, 'utf8').digest()

/** Status as of now: what nobody settled in time ran out, and a proof of a key that is no longer registered is void. */
export function statusOf(
  row: { status: string; expiresAt: Date; keyHash: Uint8Array | null },
  publicKey: string | null,
  nowMs: number,
): Status {
  if (row.status === 'pending') return row.expiresAt.getTime() <= nowMs ? 'EXPIRED' : 'PENDING'
  if (row.status === 'failed') return 'FAILED'
  if (row.keyHash === null) return 'VERIFIED'
  return publicKey !== null && keyHash(publicKey).equals(row.keyHash) ? 'VERIFIED' : 'REVOKED'
}
