/**
 * Writes each text file of the build a second and a third time, compressed, so
 * that the gateway serves what was compressed once at leisure.
 */
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const text = /\.(js|css|html|svg)$/
/** Below this the headers weigh more than what is saved. Bytes. */
const worthIt = 1_024

export function precompress(): Plugin {
  return {
    name: 'muster-precompress',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        const source = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        if (!text.test(fileName) || source.length < worthIt) continue
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) })
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) })
      }
    },
  }
}
