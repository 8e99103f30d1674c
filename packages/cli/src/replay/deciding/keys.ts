/**
 * The keys under which the server answers a repeated request the same.
 *
 * Each is a hash over the journal's id and the place of the call, never over
 * what it says: a call that changed since is a conflict, not another call.
 */
import { createHash } from 'node:crypto'
import type { RecordedCall, Transcript } from '../transcripts/transcript.ts'

/** Names a run for one agent, in the journal. */
export function runKey(agentId: string, { path, line, runId }: Transcript): string {
  return digest('run', [agentId, path, `${line ?? 0}`, runId]).toString('hex')
}

/** @param run from `runKey`. */
export function idempotencyKey(journal: string, run: string, call: RecordedCall): string {
  return `replay:${digest('decide', [journal, run, `${call.index}`, call.id]).toString('hex')}`
}

export function redemptionKey(journal: string, run: string, call: RecordedCall): string {
  return `replay:${digest('redeem', [journal, run, `${call.index}`, call.id]).toString('hex')}`
}

/** A UUID of version 8 (RFC 9562 §5.8): the same event has the same id in every replay. */
export function eventId(journal: string, run: string, call: RecordedCall, eventType: string): string {
  const bytes = digest('event', [journal, run, `${call.index}`, call.id, eventType]).subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Parts are told apart by their lengths, so that no two lists say the same. */
function digest(purpose: string, parts: readonly string[]): Buffer {
  const hash = createHash('sha256').update(`muster/replay-${purpose}/v1\n`)
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest()
}
