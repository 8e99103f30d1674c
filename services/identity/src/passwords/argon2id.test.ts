/** The password hasher: the right algorithm, and the same work for everybody. */
import { hash, verify } from '@node-rs/argon2'
import { expect, test } from 'vitest'
import { argon2idHasher, argon2Parameters } from './argon2id.ts'

test('hashes with argon2id and the parameters of OWASP, each time with another salt', async () => {
  const hasher = await argon2idHasher()
  const [one, two] = [await hasher.hash('a long passphrase'), await hasher.hash('a long passphrase')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
  expect(await hasher.verify(one, 'a long passphrase')).toBe(true)
  expect(await hasher.verify(one, 'another passphrase')).toBe(false)
})

test('computes exactly one argon2id for a known and for an unknown account, with the same parameters', async () => {
  const calls: string[] = []
  const hasher = await argon2idHasher({
    hash,
    verify: (stored, password) => {
      calls.push(stored.split('$').slice(1, 4).join('$'))
      return verify(stored, password)
    },
  })
  const stored = await hasher.hash('a long passphrase')
  await hasher.verify(stored, 'wrong passphrase')
  await hasher.verify(null, 'wrong passphrase')
  expect(calls).toEqual(['argon2id$v=19$m=19456,t=2,p=1', 'argon2id$v=19$m=19456,t=2,p=1'])
})

test('never says yes for an unknown account, even when the comparison would', async () => {
  const hasher = await argon2idHasher({ hash, verify: async () => true })
  expect(await hasher.verify(null, 'anything')).toBe(false)
})

test('takes a password typed on another keyboard for the same', async () => {
  const hasher = await argon2idHasher()
  expect(
    await hasher.verify(await hasher.hash('pässword ﬁne'.normalize('NFD')), 'pässword fine'.normalize('NFC')),
  ).toBe(true)
})

test('notices a hash made with other parameters', async () => {
  const hasher = await argon2idHasher()
  expect(hasher.isOutdated(await hash('x', { ...argon2Parameters, timeCost: 1 }))).toBe(true)
  expect(hasher.isOutdated(await hasher.hash('x'))).toBe(false)
})
