/**
 * How the bootstrap ends when it cannot go on: one clear sentence, exit code 1.
 *
 * Plain JavaScript without dependencies, like everything in this folder: it
 * runs on the machine's own Node, before anything is installed.
 */

/** An error whose message is the sentence a person is shown. */
export class Sentence extends Error {}

const causes = [
  [
    /ENOSPC|no space left on device/i,
    'the disk is full: make room (packages and data need about 2 GB), then run it again',
  ],
  [
    /EDQUOT|disk quota exceeded/i,
    'the disk quota is used up: make room (packages and data need about 2 GB), then run it again',
  ],
  [
    /EROFS|read-only file system/i,
    'this folder lies on a read-only file system: clone the project where it can be written',
  ],
  [
    /EACCES|EPERM|permission denied/i,
    'this folder may not be written by this user: clone the project into a folder of your own',
  ],
  [
    /EINTEGRITY/,
    "a downloaded package is not the one that `package-lock.json` names: clear npm's cache with `npm cache clean --force`, then run it again",
  ],
  [
    /EUSAGE|can only install packages when your package\.json and package-lock\.json/,
    '`package.json` and `package-lock.json` disagree: restore both with `git checkout package.json package-lock.json`, or run `npm install`',
  ],
  [
    /ETARGET|E404|notarget/,
    'the package registry lacks a version that `package-lock.json` names: check `npm config get registry`, then run it again',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i,
    'the package registry cannot be reached: check the connection (`npm ping`), then run it again',
  ],
]

/** The sentence for an error or for what a program wrote; undefined when its cause is not known. */
export function sentenceFor(text) {
  const found = causes.find(([pattern]) => pattern.test(text))
  return found === undefined ? undefined : found[1]
}

/** Prints the one sentence for `error` and ends the process. */
export function giveUp(error) {
  const text = error instanceof Sentence ? error.message : sentenceFor(`${error.code || ''} ${error.message}`)
  console.error(`muster: ${text || `it stopped unexpectedly: ${error.stack || error}`}`)
  process.exit(1)
}
