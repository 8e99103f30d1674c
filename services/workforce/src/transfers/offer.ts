/**
 * How long an offer lasts, and what it counts as at an instant. Pure.
 */
import { transferRefused } from './errors.ts'
import { offerDays, offerDaysMax } from './limits.ts'

const dayMs = 86_400_000

export const transferStatuses = ['OFFERED', 'ACCEPTED', 'WITHDRAWN', 'EXPIRED'] as const
export type TransferStatus = (typeof transferStatuses)[number]

/** When an offer ends. Throws INVALID_EXPIRY. @param nowMs since the Unix epoch. */
export function offerExpiry(wanted: Date | null | undefined, nowMs: number): Date {
  const at = wanted?.getTime() ?? nowMs + offerDays * dayMs
  if (at <= nowMs || at > nowMs + offerDaysMax * dayMs) throw transferRefused('INVALID_EXPIRY')
  return new Date(at)
}

/** An open offer whose time ran out is expired, whether or not anybody wrote that down. */
export function effectiveStatus(offer: { status: TransferStatus; expiresAt: Date }, nowMs: number): TransferStatus {
  return offer.status === 'OFFERED' && offer.expiresAt.getTime() <= nowMs ? 'EXPIRED' : offer.status
}
