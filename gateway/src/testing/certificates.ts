/**
 * An authority and certificates for mutual TLS, made for a test and gone with
 * it. Never imported by the product.
 */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { PeerTls } from '../remote/peer.ts'

export interface Authority {
  /** A certificate for this machine, with its key and this authority. */
  issue(name: string): Promise<PeerTls>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
const crypto = webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]

export async function makeAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(crypto)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) }
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    ...validity,
    keys: keys as never,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  })
  return {
    async issue(subject) {
      const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: '02',
        subject: `CN=${subject}`,
        issuer: own.subject,
        ...validity,
        publicKey: pair.publicKey as never,
        signingKey: keys.privateKey as never,
        signingAlgorithm: algorithm,
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
      })
      const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64')
      const pem = `-----BEGIN ${'PRIVATE'} KEY-----\n${key.match(/.{1,64}/g)!.join('\n')}\n-----END ${'PRIVATE'} KEY-----\n`
      return { ca: own.toString('pem'), cert: certificate.toString('pem'), key: pem }
    },
  }
}
