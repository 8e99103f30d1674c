/**
 * One parsed JSON value read as a transcript: a bare list of messages, or an
 * object with `messages` and what it says about itself.
 */
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import { BadTranscript, kindOf } from './badTranscript.ts'
import { looksLikeMessage, readMessages } from './readMessages.ts'
import { placeOf, type OfferedTool, type Transcript } from './transcript.ts'

export interface Place {
  readonly path: string
  readonly line: number | null
}

/** @throws BadTranscript when it is something else. */
export function readTranscript(value: JsonValue, place: Place): Transcript {
  const envelope = envelopeOf(value)
  const steps = readMessages(envelope['messages'])
  return {
    ...place,
    runId: textOf(envelope, ['run_id', 'runId', 'id']) ?? placeOf(place),
    domain: textOf(envelope, ['department', 'domain']),
    steps,
    offered: offeredIn(envelope['tools']),
  }
}

function envelopeOf(value: JsonValue): JsonObject {
  if (Array.isArray(value)) {
    if (value.length > 0 && !looksLikeMessage(value[0])) throw new BadTranscript('it is a list, but not of messages')
    return { messages: value }
  }
  if (typeof value !== 'object' || value === null) throw new BadTranscript(`it is ${kindOf(value)}, not a transcript`)
  const object = value as JsonObject
  if (object['messages'] === undefined) throw new BadTranscript('there is no `messages` in it')
  return object
}

/** The first of these fields that holds text. */
function textOf(envelope: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const field = envelope[name]
    if (typeof field === 'string' && field.trim() !== '') return field.trim()
  }
  return null
}

/** Definitions as they were sent to the model: `{type: "function", function: {name, description, parameters}}`. */
function offeredIn(tools: JsonValue | undefined): OfferedTool[] {
  // A description is a courtesy: a list in some other form is left alone, its tools are known by their calls.
  if (!Array.isArray(tools)) return []
  return (tools as readonly JsonValue[]).flatMap((tool) => {
    const outer = asObject(tool)
    const definition = asObject(outer?.['function']) ?? outer
    const name = definition?.['name']
    if (definition === null || typeof name !== 'string') return []
    const { description, parameters } = definition
    return [
      {
        name,
        description: typeof description === 'string' ? description : null,
        inputSchema: asObject(parameters),
      },
    ]
  })
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
