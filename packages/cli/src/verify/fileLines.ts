/**
 * The lines of a file, as bytes, in little memory.
 *
 * Not `node:readline`: that decodes leniently and also splits at U+2028, which
 * a receipt body may contain; a verifier reads exactly what is there.
 */
import { createReadStream } from 'node:fs'

const newline = 0x0a

/**
 * @param lineBytesMax a longer line ends the reading.
 * @throws RangeError for a line that is too long, and what the file system throws.
 */
export async function* fileLines(path: string, lineBytesMax: number): AsyncGenerator<Buffer> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 }) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end)
      yield pendingBytes === 0 ? piece : Buffer.concat([...pending, piece])
      pending = []
      pendingBytes = 0
      start = end + 1
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start))
      pendingBytes += chunk.length - start
      if (pendingBytes > lineBytesMax) throw new RangeError(`a line is longer than ${lineBytesMax} bytes`)
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending)
}
