/**
 * Writes each text file of the build a second and a third time, compressed, so
 * that the gateway serves what was compressed once at leisure.
 *
 * INVARIANT (the same file): made from what was written, after every other
 * plugin: the bundle still changes while it is being generated.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Not the page: it is sent with a new nonce each time. */
const text = /\.(js|css|svg)$/
/** Below this the headers weigh more than what is saved. Bytes. */
const worthIt = 1_024

export function precompress(): Plugin {
  return {
    name: 'muster-precompress',
    apply: 'build',
    enforce: 'post',
    writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle).filter((name) => text.test(name))) {
        const path = join(dir!, fileName)
        const source = readFileSync(path)
        if (source.length < worthIt) continue
        writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(source))
      }
    },
  }
}
