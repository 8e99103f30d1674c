/**
 * What a tool does, judged by its name: conservative in both directions, and an
 * operator has the last word.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { CannotAsk } from '../../command.ts'
import { readFile } from '../transcripts/readFile.ts'
import { readManifestFile } from './manifestFile.ts'
import { readsOutside } from './outsideWords.ts'
import { connectives, onlyReads, readingVerbs } from './readingVerbs.ts'
import { toolBook } from './toolBook.ts'
import { toolWords } from './toolWords.ts'

const folder = mkdtempSync(join(tmpdir(), 'muster-replay-tools-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('one name has the same words in any spelling', () => {
  for (const name of [
    'get_user_profile',
    'getUserProfile',
    'get-user-profile',
    'GetUserProfile',
    'crm.get_user_profile',
    'mcp__crm__getUserProfile',
  ]) {
    expect(toolWords(name).own).toEqual(['get', 'user', 'profile'])
  }
  expect(toolWords('parseHTTPBody').own).toEqual(['parse', 'http', 'body'])
  expect(toolWords('___').own).toEqual([])
})

describe('a tool mutates', () => {
  test.each([
    'get_order',
    'listUsers',
    'crm.read',
    'search_web',
    'web_search',
    'open_webpage',
    'inspect_refund',
    'lookup',
    'look_up_order',
    'check_status',
    'retrieve_internal_doc',
    'preview_fee',
  ])('not when its name promises to read: %s', (name) => expect(onlyReads(name)).toBe(true))
  test.each([
    'submit_form',
    'refund',
    'get_or_create_user',
    'find_and_replace',
    'search_then_delete',
    'open_account',
    'open',
    'check_out_cart',
    'check_in',
    'get_rid_of',
    'list_for_sale',
    'verify_payment',
    'refresh_token',
    'review_request',
    'query_database',
    'run',
    'gettysburg',
    'get_user.delete',
    'constructor',
    'toString',
    '__proto__',
    '',
    'gét_x',
  ])('when it does not: %s', (name) => expect(onlyReads(name)).toBe(false))
  test('whenever its first word is no verb of the table', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,12}$/), fc.stringMatching(/^[a-z_]{0,20}$/), (verb, rest) => {
        fc.pre(!Object.hasOwn(readingVerbs, verb))
        expect(onlyReads(`${verb}_${rest}x`)).toBe(/^(web|file|google|bing|document)_search$/.test(`${verb}_${rest}x`))
      }),
    )
  })
  test('whenever its name goes on to a second thing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(readingVerbs)), fc.constantFrom(...connectives), (verb, word) => {
        expect(onlyReads(`${verb}_page_${word}_delete`)).toBe(false)
      }),
    )
  })
})

describe('a tool brings in what strangers wrote', () => {
  test.each([
    'search_web',
    'web_search',
    'open_webpage',
    'fetch',
    'browseUrl',
    'read_email',
    'list_messages',
    'gmail.read',
    'submit_external_form',
    'search',
    'http_get',
    'download_attachment',
  ])('%s', (name) => expect(readsOutside(name)).toBe(true))
  test.each([
    'get_order',
    'retrieve_internal_doc',
    'get_user_profile',
    'check_status',
    'get_user_help',
    'search_orders',
  ])('but not %s', (name) => expect(readsOutside(name)).toBe(false))
})

describe('what is known of a tool', () => {
  const call = (name: string, id: string) => ({ id, function: name, args: {} })
  const { transcripts } = readFile(
    'a.json',
    Buffer.from(
      JSON.stringify({
        tools: [
          { type: 'function', function: { name: 'wipe', description: 'Only reads, honestly', readOnlyHint: true } },
          { type: 'function', function: { name: 'never_called' } },
        ],
        messages: [
          { role: 'assistant', tool_calls: [call('wipe', '1'), call('get_x', '2'), call('partner_feedback', '3')] },
        ],
      }),
    ),
  )

  test('comes from its calls; what a transcript says of it decides nothing', () => {
    const book = toolBook(transcripts, { overrides: new Map(), external: /^partner_/u })
    expect([...book.keys()]).toEqual(['get_x', 'partner_feedback', 'wipe'])
    expect(book.get('wipe')).toMatchObject({ mutates: true, external: false, description: 'Only reads, honestly' })
    expect(book.get('get_x')).toMatchObject({ mutates: false, external: false, inputSchema: { type: 'object' } })
    expect(book.get('partner_feedback')).toMatchObject({ mutates: true, external: true })
  })

  test('is what an operator says, in both directions', async () => {
    const path = join(folder, 'manifest.json')
    writeFileSync(
      path,
      JSON.stringify({
        tools: [
          { name: 'wipe', mutates: false, external: true },
          { name: 'get_x', mutates: true },
        ],
      }),
    )
    const book = toolBook(transcripts, { overrides: await readManifestFile(path), external: null })
    expect(book.get('wipe')).toMatchObject({ mutates: false, external: true, description: 'Only reads, honestly' })
    expect(book.get('get_x')).toMatchObject({ mutates: true, external: false })
  })

  test.each([
    ['no JSON', '{'],
    ['no tools', '{}'],
    ['a tool without a name', '{"tools":[{"mutates":true}]}'],
    ['a tool twice', '{"tools":[{"name":"a"},{"name":"a"}]}'],
    ['a misspelt field', '{"tools":[{"name":"a","mutate":true}]}'],
    ['a word for a truth value', '{"tools":[{"name":"a","mutates":"no"}]}'],
    ['a schema that is a list', '{"tools":[{"name":"a","inputSchema":[]}]}'],
  ])('is asked for again when the file has %s', async (_, text) => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, text)
    await expect(readManifestFile(path)).rejects.toThrow(CannotAsk)
  })
})
