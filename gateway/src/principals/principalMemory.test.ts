/** A second's memory: one question for many requests, and no answer older than a second. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Principal } from './principal.ts'
import { principalMemory } from './principalMemory.ts'

const somebody = (subject: string): Principal => ({
  tenantId: 't',
  subject,
  kind: 'person',
  credential: 'c',
  presented: 'session',
  agent: null,
  caps: [],
  roles: [],
  all: true,
  units: [],
  epoch: 1,
  ceiling: 'UNKNOWN',
  expiresAtMs: null,
  plan: 'max',
  suspended: false,
})

describe('the memory of principals', () => {
  it('asks once for everybody who asks at the same time, also when the answer is no', async () => {
    const memory = principalMemory()
    let asked = 0
    const question = async (): Promise<null> => {
      asked++
      await wait(20)
      return null
    }
    await Promise.all(Array.from({ length: 100 }, () => memory.ask('d', question)))
    expect(asked).toBe(1)
    expect(memory.recall('d', question)).toBeNull()
  })

  it('renews in the background before it is a second old, and never answers with an older one', async () => {
    const memory = principalMemory()
    let asked = 0
    const question = async (): Promise<Principal> => somebody(`answer-${++asked}`)
    await memory.ask('d', question)
    await wait(600)
    expect(memory.recall('d', question)?.subject).toBe('answer-1')
    await wait(20)
    expect(memory.recall('d', question)?.subject).toBe('answer-2')
    await wait(1_000)
    expect(memory.recall('d', question)).toBeUndefined()
  })

  it('counts the second from before the question, however long the answer takes', async () => {
    const memory = principalMemory()
    const slow = async (): Promise<Principal> => {
      await wait(1_000)
      return somebody('late')
    }
    expect((await memory.ask('d', slow))?.subject).toBe('late')
    expect(memory.recall('d', slow)).toBeUndefined()
  })

  it('forgets what it is told to forget, also an answer still on its way', async () => {
    const memory = principalMemory()
    const answer = memory.ask('d', async () => {
      await wait(20)
      return somebody('gone')
    })
    memory.forget('d')
    await answer
    expect(memory.recall('d', async () => null)).toBeUndefined()
  })

  it('does not keep an answer whose renewal failed', async () => {
    const memory = principalMemory()
    await memory.ask('d', async () => somebody('once'))
    await wait(600)
    memory.recall('d', () => Promise.reject(new Error('away')))
    await wait(10)
    expect(memory.recall('d', async () => null)).toBeUndefined()
  })
})
