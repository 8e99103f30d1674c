/**
 * The journal of a replay: which session each run was decided in.
 *
 * A decision is answered again as it was when the same key comes with the same
 * body, and the session is part of the body. So sessions are remembered here,
 * beside a random id from which every idempotency key is made: with the journal
 * a replay goes on where it stopped and is answered the same; without it, it is
 * another replay.
 *
 * `<home>/replay/<ledger>-<credential>.jsonl`, mode 0600: a header, then one
 * line a session. Nothing in it is secret; it opens nothing without the key.
 * INVARIANT (append only): a line is written before the session is used and never
 * changed; the last line for a run counts, a torn one does not.
 */
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseStrict, sha256Hex, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { CannotAsk } from '../../command.ts'

const format = 'muster-replay-journal/v1'
const fileBytesMax = 64 * 1_048_576

/** The journal cannot be written any more: what is decided from here on could not be repeated. */
export class JournalLost extends Error {
  override readonly name = 'JournalLost'
}

export class Journal {
  /** 128 random bits, lower-case hex: every key of this replay is derived from it. */
  readonly id: string
  readonly #path: string
  readonly #sessions: Map<string, string>
  /** One append at a time, in order. */
  #written: Promise<void> = Promise.resolve()

  private constructor(path: string, id: string, sessions: Map<string, string>) {
    this.#path = path
    this.id = id
    this.#sessions = sessions
  }

  /**
   * @param origin the ledger's: a server begun anew has another. @param key the API key used; only its hash is used.
   * @param isFresh true to begin another replay, whatever was there. @throws CannotAsk when it cannot be kept.
   */
  static async open(home: string, origin: string, key: string, isFresh: boolean): Promise<Journal> {
    const folder = join(home, 'replay')
    const path = join(folder, `${sha256Hex(origin).slice(0, 16)}-${sha256Hex(key).slice(0, 16)}.jsonl`)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if (isFresh) await rm(path, { force: true })
      const known = await readJournal(path)
      if (known !== null) {
        // What stands behind a torn line must not be torn with it.
        if (known.isTorn) await appendFile(path, '\n')
        return new Journal(path, known.id, known.sessions)
      }
      const id = randomBytes(16).toString('hex')
      const file = await open(path, 'w', 0o600)
      await file.writeFile(`${JSON.stringify({ format, id })}\n`)
      await file.close()
      return new Journal(path, id, new Map())
    } catch (error) {
      throw new CannotAsk(`the journal of the replay cannot be kept in \`${folder}\``, { cause: error })
    }
  }

  /** The session a run was decided in before. @param run a hash that names run and agent. */
  sessionOf(run: string): string | null {
    return this.#sessions.get(run) ?? null
  }

  /** Remembers a session; resolves once it is written. @throws JournalLost */
  async remember(run: string, session: string): Promise<void> {
    this.#sessions.set(run, session)
    const append = (): Promise<void> => appendFile(this.#path, `${JSON.stringify({ run, session })}\n`)
    const written = this.#written.then(append)
    this.#written = written.catch(() => {})
    try {
      await written
    } catch (error) {
      throw new JournalLost(`the journal \`${this.#path}\` cannot be written any more`, { cause: error })
    }
  }
}

/** Null when there is none, or none that can be read: then another replay begins. */
async function readJournal(
  path: string,
): Promise<{ id: string; sessions: Map<string, string>; isTorn: boolean } | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const [header, ...lines] = text.split('\n').map(objectIn)
  const id = header?.['id']
  if (header?.['format'] !== format || typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return null
  const sessions = new Map<string, string>()
  for (const line of lines) {
    const { run, session } = line ?? {}
    if (typeof run === 'string' && typeof session === 'string') sessions.set(run, session)
  }
  return { id, sessions, isTorn: !text.endsWith('\n') }
}

function objectIn(line: string): JsonObject | null {
  let value: JsonValue
  try {
    value = parseStrict(line, { maxBytes: fileBytesMax })
  } catch (error) {
    if (error instanceof UnsafeJson) return null
    throw error
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
