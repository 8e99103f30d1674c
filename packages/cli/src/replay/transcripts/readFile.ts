/**
 * The bytes of one file read as transcripts. Pure; never throws for content.
 *
 * `.json` holds one transcript. `.jsonl` holds one transcript a line, or one
 * message a line and so one transcript altogether: the first line that is JSON
 * says which.
 */
import { parseStrict, UnsafeJson, type JsonValue } from '@muster/canonical-json'
import { BadTranscript } from './badTranscript.ts'
import { depthMax, textBytesMax } from './limits.ts'
import { looksLikeMessage } from './readMessages.ts'
import { readTranscript, type Place } from './readTranscript.ts'
import { placeOf, type Transcript } from './transcript.ts'

/** A file, or a line of one, that is not replayed. */
export interface SkippedFile {
  /** `path`, or `path:line`. */
  readonly place: string
  /** One sentence: lower case, no full stop. */
  readonly reason: string
}

export interface FileReading {
  readonly transcripts: readonly Transcript[]
  readonly skipped: readonly SkippedFile[]
}

/** @param path below the folder; its ending says how the bytes are read. */
export function readFile(path: string, bytes: Uint8Array): FileReading {
  return path.toLowerCase().endsWith('.jsonl') ? readLines(path, bytes) : readWhole({ path, line: null }, bytes)
}

function readWhole(place: Place, bytes: Uint8Array): FileReading {
  return attempt(place, () => readTranscript(parse(bytes), place))
}

function readLines(path: string, bytes: Uint8Array): FileReading {
  const lines = linesOf(bytes)
  const whole: Place = { path, line: null }
  if (lines.length === 0) return skip(whole, 'the file is empty')
  const isMessage = holdsMessages(lines)
  if (isMessage === null) return attempt(whole, () => readTranscript(parseLine(lines[0]!), whole))
  if (isMessage) return attempt(whole, () => readTranscript(lines.map(parseLine), whole))
  const readings = lines.map((line) => readWhole({ path, line: line.number }, line.bytes))
  return {
    transcripts: readings.flatMap(({ transcripts }) => transcripts),
    skipped: readings.flatMap(({ skipped }) => skipped),
  }
}

interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
}

/** The lines that hold something. */
function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = []
  let start = 0
  for (let number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(0x0a, start)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (line.some((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d)) lines.push({ number, bytes: line })
    start = end + 1
  }
  return lines
}

/** Null when no line is JSON. */
function holdsMessages(lines: readonly Line[]): boolean | null {
  for (const { bytes } of lines) {
    try {
      return looksLikeMessage(parse(bytes))
    } catch (error) {
      if (!(error instanceof BadTranscript)) throw error
    }
  }
  return null
}

function parseLine({ number, bytes }: Line): JsonValue {
  try {
    return parse(bytes)
  } catch (error) {
    if (error instanceof BadTranscript) throw new BadTranscript(`line ${number}: ${error.message}`)
    throw error
  }
}

function parse(bytes: Uint8Array): JsonValue {
  try {
    return parseStrict(bytes, { maxBytes: textBytesMax, maxDepth: depthMax })
  } catch (error) {
    if (error instanceof UnsafeJson) throw new BadTranscript(`not safe JSON: ${error.message}`)
    throw error
  }
}

function attempt(place: Place, read: () => Transcript): FileReading {
  try {
    return { transcripts: [read()], skipped: [] }
  } catch (error) {
    if (error instanceof BadTranscript) return skip(place, error.message)
    throw error
  }
}

function skip(place: Place, reason: string): FileReading {
  return { transcripts: [], skipped: [{ place: placeOf(place), reason }] }
}
