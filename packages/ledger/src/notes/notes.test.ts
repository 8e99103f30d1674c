/** Signed notes and checkpoints: what was signed verifies, anything else does not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '../bytes.ts'
import { testSigner } from '../testing/buildLedger.ts'
import { formatCheckpoint, openCheckpoint, parseCheckpointText, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { NoteError, openNote, parseNote, signaturesMax, signNote, type NoteErrorCode } from './signedNote.ts'
import { BadVerifierKey, ed25519Verifier, formatVerifierKey, readPublicKey, verifierOf } from './verifierKey.ts'

// The example of c2sp.org/signed-note.
const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const exampleNote =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'

function codeOf(act: () => unknown): NoteErrorCode | 'OPENED' {
  try {
    act()
    return 'OPENED'
  } catch (error) {
    if (error instanceof NoteError) return error.code
    throw error
  }
}

const a = testSigner('log.example/a', 'a')
const b = testSigner('log.example/b', 'b')
const trustA = verifierOf('log.example/a', a.publicKey)
const trustB = verifierOf('log.example/b', b.publicKey)

describe('signed notes', () => {
  test('the example of the specification opens with its key', () => {
    const opened = openNote(exampleNote, [ed25519Verifier(exampleKey)])
    expect(opened).toEqual({
      text: 'This is an example message.\n',
      verified: [{ name: 'example.com/foo', keyId: 0x530d903a }],
    })
    expect(openNote(utf8(exampleNote), [ed25519Verifier(exampleKey)])).toEqual(opened)
  })

  test('a flipped bit anywhere in a note leaves it closed', async () => {
    const note = await signNote('first line\n\nsecond\n', a.signer)
    const bytes = utf8(note)
    for (let at = 0; at < bytes.length; at++) {
      const spoiled = Uint8Array.from(bytes)
      spoiled[at]! ^= 1 << (at % 8)
      expect(
        codeOf(() => openNote(spoiled, [trustA])),
        `byte ${at}`,
      ).not.toBe('OPENED')
    }
    expect(openNote(note, [trustA]).text).toBe('first line\n\nsecond\n')
  })

  test('signatures of unknown keys are ignored, of known keys never', async () => {
    const note = await signNote('text\n', a.signer, b.signer)
    expect(openNote(note, [trustB]).verified.map(({ name }) => name)).toEqual(['log.example/b'])
    expect(openNote(note, [trustA, trustB]).verified).toHaveLength(2)
    expect(codeOf(() => openNote(note, []))).toBe('UNSIGNED')
    const forged = await signNote('text\n', { ...a.signer, sign: () => new Uint8Array(64) }, b.signer)
    expect(codeOf(() => openNote(forged, [trustA, trustB]))).toBe('BAD_SIGNATURE')
    expect(codeOf(() => openNote(note, [trustA, trustA]))).toBe('AMBIGUOUS_KEYS')
  })

  test('malformed notes are refused', async () => {
    const line = (await signNote('x\n', a.signer)).slice(3)
    expect(codeOf(() => parseNote(`x\n\n${line}`))).toBe('OPENED')
    for (const bad of [
      '',
      'x\n',
      'x\n\n',
      `x\n${line}`,
      `x\n\n${line.slice(0, -1)}`,
      `x\n\n${line}y\n`,
      `\u0001\n\n${line}`,
      `x\r\n\n${line}`,
      `x\n\n${line.replace('— ', '- ')}`,
      `x\n\n${line.replace('/a', ' a')}`,
      `x\n\n${line.replace('/a', '+a')}`,
      `x\n\n${line.replace('/a', '\u00a0a')}`,
      `x\n\n— n AAAA\n`,
      `x\n\n— n AAAAAA\n`,
      `x\n\n${line.repeat(signaturesMax + 1)}`,
      `\ud800\n\n${line}`,
    ]) {
      expect(
        codeOf(() => parseNote(bad)),
        JSON.stringify(bad.slice(0, 60)),
      ).toBe('MALFORMED')
    }
    await expect(signNote('no newline', a.signer)).rejects.toThrow(NoteError)
    await expect(signNote('tab\t\n', a.signer)).rejects.toThrow(NoteError)
    await expect(signNote('x\n')).rejects.toThrow(NoteError)
  })
})

describe('verifier keys', () => {
  test('are written and read in one spelling', () => {
    const vkey = formatVerifierKey('log.example/a', a.publicKey)
    expect(ed25519Verifier(vkey)).toMatchObject({ name: 'log.example/a', keyId: trustA.keyId })
    expect(formatVerifierKey('example.com/foo', readPublicKey('6TJ5GubnqECkYWTJBHhkJtXngh3YspoA1hyucq_dTaQ'))).toBe(
      exampleKey,
    )
  })

  test('no part of a key and no damaged key is a key', () => {
    for (let start = 0; start < exampleKey.length; start++) {
      for (let end = start; end <= exampleKey.length; end++) {
        if (end - start === exampleKey.length) continue
        expect(() => ed25519Verifier(exampleKey.slice(start, end))).toThrow(BadVerifierKey)
      }
      const raised = String.fromCharCode(exampleKey.charCodeAt(start) + 1)
      expect(() => ed25519Verifier(exampleKey.slice(0, start) + raised + exampleKey.slice(start + 1))).toThrow(
        BadVerifierKey,
      )
    }
  })

  test('public keys are read from hex, base64 and base64url, and from nothing else', () => {
    const hex = toHex(a.publicKey)
    const base64 = Buffer.from(a.publicKey).toString('base64')
    for (const text of [hex, base64, Buffer.from(a.publicKey).toString('base64url')]) {
      expect(toHex(readPublicKey(text))).toBe(hex)
    }
    for (const bad of ['', hex.toUpperCase(), hex.slice(2), `${base64}=`, base64.slice(1), ` ${base64}`]) {
      expect(() => readPublicKey(bad), bad).toThrow(BadVerifierKey)
    }
  })
})

describe('checkpoints', () => {
  const root = 'ab'.repeat(32)

  test('come back as they were signed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), async (size, hash) => {
        const checkpoint = { origin: 'log.example/a', size, rootHash: toHex(hash) }
        const note = await signCheckpoint(checkpoint, a.signer)
        expect(openCheckpoint(note, 'log.example/a', [trustA])).toEqual({ ...checkpoint, extensions: [] })
      }),
      { numRuns: 20 },
    )
  })

  test("another log's checkpoint is refused, even signed with the same key", async () => {
    const note = await signCheckpoint({ origin: 'log.example/other', size: 1, rootHash: root }, a.signer)
    expect(codeOf(() => openCheckpoint(note, 'log.example/a', [trustA]))).toBe('MALFORMED')
    expect(readCheckpoint(note).origin).toBe('log.example/other')
  })

  test('extension lines are kept, empty ones refused', () => {
    const text = formatCheckpoint({ origin: 'o', size: 3, rootHash: root })
    expect(parseCheckpointText(`${text}more\n`).extensions).toEqual(['more'])
    for (const bad of [
      `${text}\n`,
      `${text}more`,
      text.slice(0, -1),
      text.replace('\n3\n', '\n03\n'),
      text.replace('\n3\n', '\n+3\n'),
      text.replace('\n3\n', '\n9007199254740992\n'),
      text.replace('\n3\n', '\n\n'),
      `\n${text}`,
      text.replace('o\n', '\n'),
      text.replace('q6ur', 'q6u='),
    ]) {
      expect(
        codeOf(() => parseCheckpointText(bad)),
        JSON.stringify(bad),
      ).toBe('MALFORMED')
    }
  })

  test.each([
    { origin: '', size: 1, rootHash: root },
    { origin: 'a\nb', size: 1, rootHash: root },
    { origin: 'o', size: -1, rootHash: root },
    { origin: 'o', size: 2 ** 53, rootHash: root },
    { origin: 'o', size: 1, rootHash: root.toUpperCase() },
    { origin: 'o', size: 1, rootHash: '' },
  ])('refuses to write %j', (checkpoint) => {
    expect(codeOf(() => formatCheckpoint(checkpoint))).toBe('MALFORMED')
  })
})
