/**
 * The verifier must run where nobody of ours is: in a browser, with no Node
 * behind it. This bundles the package for the browser and runs the bundle in a
 * bare context that has only what every browser has.
 */
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { buildLedger } from './testing/buildLedger.ts'

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('./index.ts', import.meta.url)), formats: ['iife'], name: 'ledger' },
    },
  })
  const chunks = (Array.isArray(output) ? output : [output]).flatMap((part) => ('output' in part ? part.output : []))
  expect(chunks).toHaveLength(1)
  const [chunk] = chunks
  if (chunk?.type !== 'chunk') throw new TypeError('the bundle is not one script')
  return chunk.code
}

describe('the browser bundle', () => {
  test('holds nothing of Node, and verifies and refuses as Node does', async () => {
    const script = await bundle()
    expect(/["']node:|__vite-browser-external|\brequire\(/.exec(script)?.[0]).toBeUndefined()
    const { origin, entries, checkpoints, publicKey, head } = await buildLedger(20, [10, 20])
    const context = createContext({ TextEncoder, TextDecoder, Uint8Array, atob, btoa })
    runInContext(`${script}; globalThis.ledger = ledger`, context)
    const input = { entries, origin, checkpoints, publicKey: Buffer.from(publicKey).toString('hex'), head }
    const verdictOf = async (given: typeof input): Promise<unknown> =>
      JSON.parse(
        (await runInContext(
          `(async () => {
            const { entries, origin, checkpoints, publicKey, head } = JSON.parse(${JSON.stringify(JSON.stringify(given))})
            const verifiers = [ledger.verifierOf(origin, ledger.readPublicKey(publicKey))]
            return JSON.stringify(await ledger.verifyLedger(entries, { origin, checkpoints, verifiers, head }))
          })()`,
          context,
        )) as string,
      )
    expect(await verdictOf(input)).toMatchObject({ intact: true, checked: 20, checkpointsVerified: 2 })
    const touched = entries.map((entry) =>
      entry.seq === 7 ? { ...entry, body: entry.body.replace('ALLOW', 'DENY_') } : entry,
    )
    expect(await verdictOf({ ...input, entries: touched })).toMatchObject({ intact: false, firstBrokenSeq: 7 })
  })
})
