/** What `registerAgent` and `changeAgent` take, and the longest each text may be. */
import { riskTiers } from '@muster/kernel'
import { z } from 'zod'
import { domainOf } from '../verification/verification.ts'
import { anyId, email, futureInstant, line, optional, prose, reason } from '../input.ts'

/** More grants than this are a mistake, and would hold the ledger's head for long. */
const grantsMax = 100

const slug = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,126}$/,
    'must be 1 to 127 of a-z, 0-9, `.`, `_`, `-`, and begin with a letter or digit',
  )
const displayName = line(1, 200)
const description = prose(0, 4_000)
const environment = line(1, 64)
const purpose = prose(0, 1_000)
const model = line(0, 200)
const publicKey = prose(1, 8_000)
const riskTier = z.enum(riskTiers)

export const ownerTypes = ['INDIVIDUAL', 'ORGANIZATION', 'UNKNOWN'] as const
export type OwnerType = (typeof ownerTypes)[number]
const homepageLengthMax = 500

/** A text in its one form; empty stays empty, and takes away what was there. */
const inForm = (form: (text: string) => string | null, otherwise: string) =>
  z.string().transform((text, issues) => {
    const formed = text.trim() === '' ? '' : form(text)
    if (formed === null) issues.addIssue({ code: 'custom', message: otherwise })
    return formed ?? ''
  })

function homepageOf(text: string): string | null {
  const url = URL.parse(text.trim())
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || domainOf(url.hostname) === null)
    return null
  return url.href.length <= homepageLengthMax ? url.href : null
}

/** What is claimed of an agent beside its name: on whose behalf, under which domain, on what. */
const claimed = {
  ownerType: optional(z.enum(ownerTypes)),
  sponsorDomain: optional(inForm(domainOf, 'not a domain name')),
  runtimeName: optional(line(0, 200)),
  runtimeVersion: optional(line(0, 100)),
  homepageUrl: optional(inForm(homepageOf, `not an https address of ${homepageLengthMax} characters at most`)),
}

const grants = (nowMs: number) =>
  z
    .array(
      z.object({
        tool: line(1, 200),
        action: optional(line(1, 200)),
        expiresAt: optional(futureInstant(nowMs)),
      }),
    )
    .max(grantsMax, `at most ${grantsMax} grants`)
    .refine(
      (list) => new Set(list.map(({ tool, action }) => JSON.stringify([tool, action]))).size === list.length,
      'the same tool and action is granted twice',
    )

export const registerAgentInput = (nowMs: number) =>
  z.object({
    slug,
    displayName,
    ownerEmail: email,
    teamId: anyId,
    description: optional(description),
    environment: optional(environment),
    purpose: optional(purpose),
    model: optional(model),
    publicKey: optional(publicKey),
    ...claimed,
    riskTier: optional(riskTier),
    grants: optional(grants(nowMs)),
  })

export const changeAgentInput = z.object({
  agentId: anyId,
  expectedVersion: optional(z.int()),
  displayName: optional(displayName),
  description: optional(description),
  ownerEmail: optional(email),
  environment: optional(environment),
  purpose: optional(purpose),
  model: optional(model),
  publicKey: optional(publicKey),
  ...claimed,
  riskTier: optional(riskTier),
  reason: optional(reason),
})
