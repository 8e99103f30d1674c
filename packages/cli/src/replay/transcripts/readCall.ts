/**
 * One tool call of an assistant's message, in either dialect:
 *
 *   OpenAI   {id, type: "function", function: {name, arguments: "<JSON text>"}}
 *   flat     {id, function: "<name>", args: {…}}
 *
 * INVARIANT (one reading): arguments carried as text are parsed as strictly as
 * the file itself; what has two readings is never sent for a decision.
 */
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { BadTranscript, kindOf, shown } from './badTranscript.ts'
import { callIdMax, depthMax, textBytesMax, toolNameMax } from './limits.ts'

export interface ReadCall {
  readonly id: string
  readonly tool: string
  readonly parameters: JsonObject
}

/** @throws BadTranscript naming what is wrong with it. */
export function readCall(value: JsonValue): ReadCall {
  const call = objectOr(value, 'a tool call')
  const { id, type, function: named } = call
  if (typeof id !== 'string' || id === '') throw new BadTranscript(`the id of a tool call is ${kindOf(id)}`)
  if (id.length > callIdMax) throw new BadTranscript(`the id of a tool call is longer than ${callIdMax} characters`)
  if (type !== undefined && type !== null && type !== 'function') {
    throw new BadTranscript(`the tool call ${shown(id)} is of another type than \`function\``)
  }
  if (typeof named === 'string') return { id, tool: toolName(named, id), parameters: plainArguments(call['args'], id) }
  const inner = objectOr(named, `\`function\` of the tool call ${shown(id)}`)
  return { id, tool: toolName(inner['name'], id), parameters: textArguments(inner['arguments'], id) }
}

/** The name of a tool, wherever one stands. @throws BadTranscript */
export function toolName(name: JsonValue | undefined, id: string): string {
  if (typeof name !== 'string' || name === '') {
    throw new BadTranscript(`the name of the tool in call ${shown(id)} is ${name === '' ? 'empty' : kindOf(name)}`)
  }
  if (name.length > toolNameMax || !/^[\P{C}]+$/u.test(name)) {
    throw new BadTranscript(`call ${shown(id)} names a tool that is no name: ${shown(name)}`)
  }
  return name
}

function plainArguments(args: JsonValue | undefined, id: string): JsonObject {
  return objectOr(args, `\`args\` of the tool call ${shown(id)}`)
}

function textArguments(args: JsonValue | undefined, id: string): JsonObject {
  const what = `\`arguments\` of the tool call ${shown(id)}`
  // Some servers send the object itself; and no text at all for a tool without arguments.
  if (typeof args !== 'string') return objectOr(args, what)
  if (args.trim() === '') return {}
  let value: JsonValue
  try {
    value = parseStrict(args, { maxBytes: textBytesMax, maxDepth: depthMax })
  } catch (error) {
    if (error instanceof UnsafeJson) throw new BadTranscript(`${what}: ${error.message}`)
    throw error
  }
  return objectOr(value, what)
}

export function objectOr(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadTranscript(`${what} is ${kindOf(value)}, not an object`)
  }
  return value as JsonObject
}
