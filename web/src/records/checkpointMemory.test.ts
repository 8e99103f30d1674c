/** What a browser remembers of a log, and what never replaces it. */
import { beforeEach, describe, expect, test } from 'vitest'
import { remember, remembered, type SeenCheckpoint } from './checkpointMemory.ts'

/** A `Storage` in memory: the interface is the browser's own. */
function memory(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (at) => [...items.keys()][at] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  }
}

const seen = (size: number, origin = 'log-a'): SeenCheckpoint => ({
  origin,
  size,
  rootHash: 'ab'.repeat(32),
  note: `note of ${size}`,
  seenAt: '2026-01-01T00:00:00.000Z',
})

describe('the checkpoints a browser remembers', () => {
  let storage: Storage
  beforeEach(() => {
    storage = memory()
  })

  test('the last of each log is kept', () => {
    remember(storage, seen(10))
    remember(storage, seen(20))
    remember(storage, seen(3, 'log-b'))
    expect(remembered(storage)).toEqual([seen(20), seen(3, 'log-b')])
  })

  test('a smaller one never replaces a larger one', () => {
    remember(storage, seen(20))
    remember(storage, seen(10))
    expect(remembered(storage)).toEqual([seen(20)])
  })

  test('what is no memory of ours is passed over', () => {
    storage.setItem('muster.checkpoint.x', '{"size":"many"}')
    storage.setItem('muster.checkpoint.y', 'not json')
    storage.setItem('muster.theme', 'dark')
    expect(remembered(storage)).toEqual([])
  })
})
