/**
 * The blind index over names of saved views: how a person's view is found again
 * by a name that is stored nowhere.
 *
 * index = HMAC-SHA-256(key, "muster/view-name/v1\n" ‖ person ‖ "\n" ‖ screen ‖
 * "\n" ‖ name). The key is the one of e-mail addresses; none of those holds a
 * line break, so no index of one kind is ever one of the other.
 */
import { createHmac } from 'node:crypto'

export type ViewNameIndexer = (view: { personId: string; screen: string; name: string }) => Buffer

/** @param key 32 bytes, as of `emailIndexer`. */
export function viewNameIndexer(key: Uint8Array): ViewNameIndexer {
  const bytes = Buffer.from(key)
  return ({ personId, screen, name }) =>
    createHmac('sha256', bytes).update(`muster/view-name/v1\n${personId}\n${screen}\n${name}`, 'utf8').digest()
}
