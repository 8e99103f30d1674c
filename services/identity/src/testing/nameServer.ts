/**
 * A name server of a few lines (RFC 1035, UDP, TXT records alone), so that a
 * domain is proved over a real socket.
 */
import { createSocket } from 'node:dgram'

export interface NameServer {
  /** `127.0.0.1:port`, as a resolver takes it. */
  readonly address: string
  publish(domain: string, text: string): void
  withdraw(domain: string): void
  stop(): Promise<void>
}

const headerBytes = 12
const txt = 16

export async function startNameServer(): Promise<NameServer> {
  const records = new Map<string, string[]>()
  const socket = createSocket('udp4')
  socket.on('message', (asked, from) => socket.send(answer(asked, records), from.port, from.address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    publish: (domain, text) => void records.set(domain, [...(records.get(domain) ?? []), text]),
    withdraw: (domain) => void records.delete(domain),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function answer(asked: Buffer, records: ReadonlyMap<string, readonly string[]>): Buffer {
  const labels: string[] = []
  let at = headerBytes
  while (asked[at] !== 0) {
    const length = asked[at] ?? 0
    labels.push(asked.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const question = asked.subarray(headerBytes, at + 5)
  const found = asked.readUInt16BE(at + 1) === txt ? (records.get(labels.join('.').toLowerCase()) ?? []) : []
  const header = Buffer.alloc(headerBytes)
  asked.copy(header, 0, 0, 2)
  header.writeUInt16BE(found.length === 0 ? 0x8183 : 0x8180, 2) // an answer; with nothing found, NXDOMAIN
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(found.length, 6)
  return Buffer.concat([header, question, ...found.map(recordOf)])
}

function recordOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const head = Buffer.from([0xc0, headerBytes, 0, txt, 0, 1, 0, 0, 0, 60])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length + 1)
  return Buffer.concat([head, length, Buffer.from([bytes.length]), bytes])
}
