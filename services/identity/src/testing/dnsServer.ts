/**
 * A small name server on loopback, speaking RFC 1035 over UDP: it answers with
 * the records a test put there, and with NXDOMAIN for every other name.
 */
import { createSocket } from 'node:dgram'

const types = { A: 1, TXT: 16 } as const
type Kind = keyof typeof types

export interface DnsServer {
  /** For `Resolver.setServers`. */
  readonly address: string
  /** Puts a record there; several under one name are all answered. */
  put(kind: Kind, name: string, text: string): void
  /** How often a name was asked for. */
  asked(name: string): number
  stop(): Promise<void>
}

export async function startDnsServer(): Promise<DnsServer> {
  const records: { kind: Kind; name: string; text: string }[] = []
  const asked = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    asked.set(name, (asked.get(name) ?? 0) + 1)
    const known = records.filter((record) => record.name === name)
    const found = known.filter((record) => types[record.kind] === type)
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(known.length > 0 ? 0x8580 : 0x8583, 2) // authoritative answer; NXDOMAIN is 3
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(found.length, 6)
    socket.send(Buffer.concat([header, query.subarray(12, end), ...found.map(answerOf)]), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    put: (kind, name, text) => void records.push({ kind, name, text }),
    asked: (name) => asked.get(name) ?? 0,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerOf({ kind, text }: { kind: Kind; text: string }): Buffer {
  // Text comes in strings of 255 octets at most; two, so that whoever reads only the first finds half.
  const half = Math.ceil(text.length / 2)
  const data =
    kind === 'A'
      ? Buffer.from(text.split('.').map(Number))
      : Buffer.concat([text.slice(0, half), text.slice(half)].map((part) => Buffer.from(`\0${part}`, 'latin1')))
  if (kind === 'TXT') {
    data[0] = half
    data[half + 1] = text.length - half
  }
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0) // the name of the question
  head.writeUInt16BE(types[kind], 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
