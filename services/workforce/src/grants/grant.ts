/**
 * What may be granted: a tool, one action of it or all, until when. Pure.
 */
import { exactWord } from '../words.ts'
import { grantRefused } from './errors.ts'

export interface NewGrant {
  agentId: string
  tool: string
  /** Null or absent: every action of the tool. */
  action?: string | null | undefined
  /** Null or absent: until revoked. */
  expiresAt?: Date | null | undefined
}

export interface WantedGrant {
  agentId: string
  tool: string
  action: string | null
  expiresAt: Date | null
}

/** The grant as it will be stored. Throws INVALID_TOOL, INVALID_ACTION or EXPIRY_IN_PAST. @param nowMs since the Unix epoch. */
export function wantedGrant(input: NewGrant, nowMs: number): WantedGrant {
  const tool = exactWord(input.tool)
  if (tool === null || tool === '*') throw grantRefused('INVALID_TOOL')
  let action: string | null = null
  if (input.action !== null && input.action !== undefined) {
    action = exactWord(input.action)
    // `*` would be one action of that name, and read as all of them.
    if (action === null || action === '*') throw grantRefused('INVALID_ACTION')
  }
  const expiresAt = input.expiresAt ?? null
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) throw grantRefused('EXPIRY_IN_PAST')
  return { agentId: input.agentId, tool, action, expiresAt }
}
