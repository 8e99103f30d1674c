/**
 * What can keep the platform from starting, said in one clear sentence each.
 *
 * A `StartError` is already such a sentence: what is wrong, where, and what
 * mends it. `explainStartError` turns the operating system's and PostgreSQL's
 * own errors into one, so that nobody reads a stack trace about a full disk.
 */
export class StartError extends Error {
  override readonly name = 'StartError'
}

interface SystemError {
  code?: unknown
  path?: unknown
  port?: unknown
  address?: unknown
}

const named = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown'

const whereOf = (error: SystemError): string =>
  typeof error.path === 'string' ? `\`${error.path}\`` : 'the data folder'

/** Sentences by error code (errno names, and SQLSTATE where PostgreSQL speaks). */
const sentences: Record<string, (error: SystemError) => string> = {
  EADDRINUSE: (error) =>
    `port \`${named(error.port)}\` is already taken: stop what listens there, or start with another one, e.g. \`PORT=4100 npm start\``,
  EADDRNOTAVAIL: (error) => `address \`${named(error.address)}\` does not exist on this machine`,
  EACCES: (error) =>
    typeof error.port === 'number'
      ? `port \`${error.port}\` may not be opened by this user: choose one above 1023, e.g. \`PORT=4000 npm start\``
      : `${whereOf(error)} may not be written by this user: give it write permission, or set \`MUSTER_HOME\` to a folder that has it`,
  EPERM: (error) => `${whereOf(error)} may not be changed by this user: set \`MUSTER_HOME\` to a folder of your own`,
  EROFS: (error) =>
    `${whereOf(error)} lies on a read-only file system: set \`MUSTER_HOME\` to a folder that can be written`,
  ENOTDIR: (error) =>
    `${whereOf(error)} is a file where a folder is needed: move it away, or set another \`MUSTER_HOME\``,
  EEXIST: (error) =>
    `${whereOf(error)} is a file where a folder is needed: move it away, or set another \`MUSTER_HOME\``,
  ENOENT: (error) => `${whereOf(error)} does not exist and cannot be made here: set \`MUSTER_HOME\` to another folder`,
  ELOOP: (error) => `${whereOf(error)} is a symbolic link that leads back to itself: remove it`,
  ENAMETOOLONG: (error) => `${whereOf(error)} is too long a path: set a shorter \`MUSTER_HOME\``,
  ENOSPC: () => 'the disk is full: make room (a first start needs about 250 MB), then start again',
  EDQUOT: () => 'the disk quota is used up: make room (a first start needs about 250 MB), then start again',
  EMFILE: () => 'too many files are open for this process: raise the limit, e.g. `ulimit -n 4096`, then start again',
  ENFILE: () => 'too many files are open on this machine: close some programs, then start again',
  ENOMEM: () => 'the machine has no memory left: close some programs, then start again',
  EAGAIN: () => 'the machine refuses new processes: close some programs or raise `ulimit -u`, then start again',
  '53100': () => 'the disk is full: make room (a first start needs about 250 MB), then start again',
  '53300': () => 'the database has no connection left: stop what else is connected to it, then start again',
}

/** The same causes where only PostgreSQL's English text tells them (it is started with `lc_messages=C`). */
const spoken: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/permission denied/i, 'EACCES'],
  [/too many open files/i, 'EMFILE'],
  [/cannot allocate memory|could not map anonymous shared memory/i, 'ENOMEM'],
]

/** Finds in PostgreSQL's own words the error code they stand for; undefined when none is known. */
export function errorCodeIn(text: string): string | undefined {
  return spoken.find(([pattern]) => pattern.test(text))?.[1]
}

/**
 * One sentence, lower case and without a full stop, for any error met at start.
 * An unknown error keeps its own first line: it is not dressed up as a known one.
 */
export function explainStartError(error: unknown): string {
  if (error instanceof StartError) return error.message
  if (error instanceof AggregateError && error.errors.length > 0) return explainStartError(error.errors[0])
  if (!(error instanceof Error)) return `the start failed: ${String(error)}`
  const code = (error as SystemError).code ?? errorCodeIn(error.message)
  const sentence = typeof code === 'string' ? sentences[code] : undefined
  if (sentence !== undefined) return sentence(error as SystemError)
  return `the start failed: ${error.message.split('\n')[0] ?? error.name}`
}
