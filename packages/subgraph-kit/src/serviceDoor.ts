/**
 * What a service offers the gateway beside the graph, across processes: a few
 * named acts, `POST /door/<act>` with the arguments as a JSON array.
 *
 * An act runs in the scope of the hand-over that came with the call, as it
 * would in one process; without a hand-over it runs in none and can reach no
 * tenant. Two things JSON has no word for are tagged: bytes and instants.
 * INVARIANT (named acts): nothing of a service can be called that it did not
 * list for this.
 */
import { Readable } from 'node:stream'
import { inScope, requestScope, toFault, type Handovers } from '@muster/db'
import { Fault, Refusal } from '@muster/kernel'
import type { FastifyInstance } from 'fastify'

/** Acts by name. Arguments are what `fromWire` makes of the call. */
export type ServiceDoor = Readonly<Record<string, (...given: never[]) => unknown>>

/** What an act that failed answers with: a refusal's or a fault's code and public text. */
export interface DoorFailure {
  kind: 'refusal' | 'fault'
  code: string
  message: string
}

const bytesTag = '$bytes'
const instantTag = '$instant'

/** A value as JSON can carry it; `undefined` becomes null. */
export function toWire(value: unknown): unknown {
  if (value === undefined) return null
  if (value instanceof Uint8Array) return { [bytesTag]: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { [instantTag]: value.toISOString() }
  if (Array.isArray(value)) return value.map(toWire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toWire(member)]))
}

/** What `toWire` was given. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire)
  if (typeof value !== 'object' || value === null) return value
  const { [bytesTag]: bytes, [instantTag]: instant } = value as Record<string, unknown>
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64')
  if (typeof instant === 'string') return new Date(instant)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromWire(member)]))
}

/** Serves the acts on `app`. A stream of text is answered as one. */
export function serveDoor(app: FastifyInstance, door: ServiceDoor, handoverHeader: string): void {
  app.post('/door/:act', async (request, reply) => {
    const { act: name } = request.params as { act: string }
    const act = Object.hasOwn(door, name) ? door[name] : undefined
    if (act === undefined || !Array.isArray(request.body)) return reply.code(404).send()
    const given = fromWire(request.body) as never[]
    const header = request.headers[handoverHeader]
    const work = async (): Promise<unknown> => act(...given)
    try {
      const handovers = typeof header === 'string' ? (JSON.parse(header) as Handovers) : null
      const result = await (handovers === null ? work() : inScope(requestScope(handovers), work))
      if (isTextStream(result)) return await reply.type('text/plain; charset=utf-8').send(Readable.from(result))
      return await reply.send({ result: toWire(result) })
    } catch (error) {
      return reply.code(422).send(failureOf(error))
    }
  })
}

function isTextStream(value: unknown): value is AsyncIterable<string> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function failureOf(error: unknown): DoorFailure {
  if (error instanceof Refusal) return { kind: 'refusal', code: error.code, message: error.message }
  const fault = toFault(error)
  if (fault instanceof Fault) return { kind: 'fault', code: fault.code, message: fault.publicText }
  return { kind: 'fault', code: 'INTERNAL', message: 'something went wrong on our side' }
}
