/**
 * A service's acts beside the graph, called in its own process (the other side
 * is `serveDoor` of the subgraph kit).
 */
import type { Handovers } from '@muster/db'
import { Fault, faultStatus, Refusal, type FaultCode } from '@muster/kernel'
import { fromWire, handoverHeader, toWire, type DoorFailure } from '@muster/subgraph-kit'
import { request as httpRequest, type Dispatcher } from 'undici'
import { peerAgent, type PeerTls } from './peer.ts'

export interface RemoteDoor {
  /** Calls an act; what it throws there is thrown here. `UNAVAILABLE` when the service is not there. */
  call(act: string, handovers: Handovers | null, ...given: readonly unknown[]): Promise<unknown>
  /** Calls an act that answers with a stream of text. */
  stream(act: string, handovers: Handovers | null, ...given: readonly unknown[]): Promise<AsyncIterable<string>>
  close(): Promise<void>
}

/** @param graphUrl address of the service's graph; its door stands beside it. */
export function remoteDoor(graphUrl: string, tls?: PeerTls): RemoteDoor {
  const dispatcher = peerAgent(tls)

  async function ask(
    act: string,
    handovers: Handovers | null,
    given: readonly unknown[],
  ): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (handovers !== null) headers[handoverHeader] = JSON.stringify(handovers)
    let answer: Dispatcher.ResponseData
    try {
      const body = JSON.stringify(given.map(toWire))
      answer = await httpRequest(new URL(`/door/${act}`, graphUrl), { method: 'POST', dispatcher, headers, body })
    } catch (cause) {
      throw new Fault('UNAVAILABLE', 'a service is not answering; nothing was recorded', { cause })
    }
    if (answer.statusCode === 200) return answer
    if (answer.statusCode === 422) throw failureFrom((await answer.body.json()) as DoorFailure)
    await answer.body.dump()
    throw new Fault('UNAVAILABLE', 'a service is not answering; nothing was recorded')
  }

  return {
    async call(act, handovers, ...given) {
      const { body } = await ask(act, handovers, given)
      return fromWire(((await body.json()) as { result: unknown }).result)
    },
    async stream(act, handovers, ...given) {
      const { body } = await ask(act, handovers, given)
      body.setEncoding('utf8')
      return body as AsyncIterable<string>
    },
    close: () => dispatcher.close(),
  }
}

function failureFrom({ kind, code, message }: DoorFailure): Error {
  if (kind === 'refusal') return new Refusal(code, message)
  return new Fault(code in faultStatus ? (code as FaultCode) : 'INTERNAL', message)
}
