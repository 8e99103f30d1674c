/**
 * A list of messages read as a run: which calls were made, which results came
 * back, in which order. Pure.
 *
 * INVARIANT (every answer has its call): a result belongs to a call that was
 * made before it and not answered yet; anything else is no recording of a run.
 */
import { sha256Hex, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { BadTranscript, kindOf, shown } from './badTranscript.ts'
import { contentText } from './contentText.ts'
import { callsMax, messagesMax } from './limits.ts'
import { objectOr, readCall, type ReadCall } from './readCall.ts'
import type { RecordedCall, RecordedResult, Step } from './transcript.ts'

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const
type Role = (typeof roles)[number]

/** A call while its answer may still come. */
interface Draft extends ReadCall {
  readonly index: number
  result: RecordedResult | null
}

/** @throws BadTranscript when it is no list of messages, or not one that can have happened. */
export function readMessages(value: JsonValue | undefined): Step[] {
  if (!Array.isArray(value)) throw new BadTranscript(`\`messages\` is ${kindOf(value)}, not a list`)
  if (value.length === 0) throw new BadTranscript('there are no messages in it')
  if (value.length > messagesMax) throw new BadTranscript(`it has more than ${messagesMax} messages`)
  const open = new Map<string, Draft>()
  const steps: { kind: Step['kind']; call: Draft }[] = []
  let calls = 0
  for (const entry of value as readonly JsonValue[]) {
    const message = objectOr(entry, 'a message')
    switch (roleOf(message)) {
      case 'assistant':
        for (const call of callsIn(message)) {
          if (open.has(call.id)) throw new BadTranscript(`two open calls have the id ${shown(call.id)}`)
          if (calls >= callsMax) throw new BadTranscript(`it has more than ${callsMax} calls`)
          const draft: Draft = { ...call, index: calls++, result: null }
          open.set(call.id, draft)
          steps.push({ kind: 'call', call: draft })
        }
        break
      case 'tool': {
        const call = answered(message, open)
        call.result = resultOf(message)
        steps.push({ kind: 'result', call })
        break
      }
      case 'system':
      case 'developer':
      case 'user':
        break // what people and the company's own application said: see docs/specs/replay.md on trust
    }
  }
  return steps satisfies { kind: Step['kind']; call: RecordedCall }[]
}

/** Whether this could be a message at all: what tells a list of messages from any other list. */
export function looksLikeMessage(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'role' in value
}

function roleOf(message: JsonObject): Role {
  const { role } = message
  const known = roles.find((candidate) => candidate === role)
  if (known !== undefined) return known
  throw new BadTranscript(
    typeof role === 'string' ? `${shown(role)} is no role of a message` : `the role of a message is ${kindOf(role)}`,
  )
}

function callsIn({ tool_calls: calls }: JsonObject): ReadCall[] {
  if (calls === undefined || calls === null) return []
  if (!Array.isArray(calls)) throw new BadTranscript(`\`tool_calls\` is ${kindOf(calls)}, not a list`)
  return (calls as readonly JsonValue[]).map(readCall)
}

function answered({ tool_call_id: id }: JsonObject, open: Map<string, Draft>): Draft {
  if (typeof id !== 'string') throw new BadTranscript(`\`tool_call_id\` of a result is ${kindOf(id)}`)
  const call = open.get(id)
  if (call === undefined) throw new BadTranscript(`a result answers ${shown(id)}, which no open call has as its id`)
  open.delete(id)
  return call
}

/** Marks of failure, as the dialects write them; a result with none of them succeeded. */
function hasFailed({ error, is_error, isError, status }: JsonObject): boolean {
  const said = error !== undefined && error !== null && error !== false && error !== ''
  return said || is_error === true || isError === true || status === 'error'
}

function resultOf(message: JsonObject): RecordedResult {
  const text = contentText(message['content'])
  return { failed: hasFailed(message), contentHash: sha256Hex(text) }
}
