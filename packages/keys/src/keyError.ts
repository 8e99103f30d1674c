/**
 * What can go wrong with keys and sealed bytes: a closed set of stable codes.
 *
 * The text is for the log. None of it names key material, plaintext, or more
 * of a subject than its key's id.
 */
export type KeyErrorCode =
  /** The data key was destroyed: what it sealed is forgotten, by intention. */
  | 'KEY_DESTROYED'
  /** The bytes, their header, scope or associated data are not what was sealed. */
  | 'TAMPERED'
  /** No such key in this tenant. */
  | 'UNKNOWN_KEY'
  /** The key's state does not allow signing. */
  | 'KEY_NOT_ACTIVE'
  /** Another rotation took place first. */
  | 'ROTATION_CONFLICT'
  /** The root key file is readable by others, not a regular file, or foreign. */
  | 'KEY_FILE_UNSAFE'
  /** The root key file cannot be read as one. */
  | 'KEY_FILE_INVALID'
  /** A parameter outside what this product uses: key, nonce or tag length, algorithm. */
  | 'UNSUPPORTED'

export class KeyError extends Error {
  readonly code: KeyErrorCode
  override readonly name = 'KeyError'
  constructor(code: KeyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
