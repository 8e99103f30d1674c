/**
 * The ledger as a file that anybody can verify without us: `muster-ledger/v1`
 * (docs/specs/ledger.md), page by page over the public API.
 *
 * The head is read first and the file ends there, so entries that arrive
 * meanwhile are simply not in it.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { writeCheckpointLine, writeEntryLine, writeHeaderLine, readEntry, type ExportedKey } from '@muster/ledger'
import type { JsonObject } from '@muster/canonical-json'
import { listOf, maybeText, objectOf, seqOf, textOf } from '../replay/client/answers.ts'
import type { Api } from '../replay/client/api.ts'
import { CannotAsk } from '../command.ts'

const pageSize = 1_000

export interface Exported {
  readonly entries: number
  readonly checkpoints: number
  /** Entries whose body is outside the caller's scope. */
  readonly withheld: number
}

const headQuery = `{ me { tenant { id } } ledgerHead { seq link rootHash origin } keyHistory(purpose: LEDGER) { id state publicJwk createdAt retiringAt } }`
const pageQuery = `query ($after: String) { ledger(first: ${pageSize}, after: $after) { nodes { id seq type occurredAt leafHash link previousLink body } pageInfo { hasNextPage endCursor } } }`
const checkpointsQuery = `query ($after: String) { checkpoints(first: 200, after: $after) { nodes { size note } pageInfo { hasNextPage endCursor } } }`

/** Writes the file whole; a failure leaves no file that could pass for one. @throws what the API refuses. */
export async function exportLedger(
  api: Api,
  path: string,
  onProgress: (entries: number, of: number) => void,
): Promise<Exported> {
  const { data } = await api.ask(headQuery)
  const head = objectOf(data['ledgerHead'], '`ledgerHead`')
  const seq = seqOf(head, 'seq')
  const tenant = textOf(objectOf(objectOf(data['me'], '`me`')['tenant'], '`tenant`'), 'id')
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  const failed = once(file, 'error').then(([cause]) => {
    throw new CannotAsk(`\`${path}\` cannot be written`, { cause })
  })
  failed.catch(() => {})
  const write = async (line: string): Promise<void> => {
    if (!file.write(line)) await Promise.race([once(file, 'drain'), failed])
  }
  await write(
    writeHeaderLine({
      origin: textOf(head, 'origin'),
      tenant,
      keys: listOf(data['keyHistory'], '`keyHistory`').map(keyOf),
      head: { seq, link: textOf(head, 'link'), rootHash: textOf(head, 'rootHash') },
      exportedAt: new Date().toISOString(),
    }),
  )
  let entries = 0
  let withheld = 0
  for await (const node of nodes(api, pageQuery, 'ledger')) {
    if (seqOf(node, 'seq') > seq) break
    await write(writeEntryLine(readEntry(node)))
    entries += 1
    if (maybeText(node, 'body') === null) withheld += 1
    if (entries % pageSize === 0) onProgress(entries, seq)
  }
  // Listed newest first; in the file they stand in the order they were signed.
  const notes: string[] = []
  for await (const node of nodes(api, checkpointsQuery, 'checkpoints'))
    if (seqOf(node, 'size') <= seq) notes.push(textOf(node, 'note'))
  for (const note of notes.toReversed()) await write(writeCheckpointLine(note))
  file.end()
  await Promise.race([once(file, 'close'), failed])
  return { entries, checkpoints: notes.length, withheld }
}

async function* nodes(api: Api, query: string, field: string): AsyncGenerator<JsonObject> {
  let after: string | null = null
  do {
    const answer: { data: JsonObject } = await api.ask(query, { after })
    const page: JsonObject = objectOf(answer.data[field], `\`${field}\``)
    yield* listOf(page['nodes'], '`nodes`')
    const info: JsonObject = objectOf(page['pageInfo'], '`pageInfo`')
    after = info['hasNextPage'] === true ? textOf(info, 'endCursor') : null
  } while (after !== null)
}

function keyOf(key: JsonObject): ExportedKey {
  const state = textOf(key, 'state').toLowerCase()
  if (state !== 'active' && state !== 'retiring' && state !== 'retired')
    throw new CannotAsk(`a key has the unknown state \`${state}\``)
  return {
    kid: textOf(key, 'id'),
    publicKey: textOf(objectOf(key['publicJwk'], '`publicJwk`'), 'x'),
    state,
    from: textOf(key, 'createdAt'),
    to: maybeText(key, 'retiringAt'),
  }
}
