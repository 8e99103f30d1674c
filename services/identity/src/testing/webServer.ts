/**
 * A web server with a certificate of its own on loopback: it answers as a test
 * tells it to, and counts who connected.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface WebServer {
  readonly port: number
  /** The certificate to trust, PEM. */
  readonly ca: string
  answer(listener: RequestListener): void
  connections(): number
  stop(): Promise<void>
}

/** @param names that the certificate is for. */
export async function startWebServer(names: readonly string[]): Promise<WebServer> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-web-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=muster-test -addext'.split(
        ' ',
      ),
      [`subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`, '-keyout', keyFile, '-out', certFile],
    ].flat(),
    { stdio: 'ignore' },
  )
  const ca = readFileSync(certFile, 'utf8')
  let listener: RequestListener = (_, response) => response.writeHead(404).end()
  let connections = 0
  const server = createServer({ key: readFileSync(keyFile), cert: ca }, (request, response) => {
    listener(request, response)
  })
  rmSync(folder, { recursive: true })
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    answer: (next) => void (listener = next),
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
