/** The one reader of the bytes that are compared at commit. */
import { Fault } from '@muster/kernel'
import { describe, expect, it } from 'vitest'
import { baseDecision } from '../cases/base.ts'
import { factsFrom, type Asked } from './factsFrom.ts'
import { parseStanding } from './parseStanding.ts'

const row = [
  3,
  'ACTIVE',
  'MEDIUM',
  'owner-1',
  'team-1',
  'production',
  ['team-1', 'department-1'],
  'elevated',
  'manifest-1',
  'ab'.repeat(32),
  true,
  'PINNED',
  'session-1',
  'SEMI_TRUSTED',
  2,
  true,
  'cd'.repeat(32),
  [['grant-1', null, true]],
]
const bare = [
  1,
  'FROZEN',
  'LOW',
  null,
  null,
  'staging',
  null,
  null,
  null,
  null,
  null,
  null,
  null,
  null,
  null,
  true,
  null,
  null,
]
const replaced = (index: number, value: unknown): string => JSON.stringify(row.with(index, value as never))

const asked: Asked = {
  agentId: 'agent-1',
  request: { ...baseDecision.request, tool: 'crm' },
  sessionId: 'session-1',
  credential: baseDecision.credential,
  nowMs: baseDecision.nowMs,
}

describe('a standing', () => {
  it('is read as the database composed it', () => {
    expect(parseStanding(JSON.stringify(row))).toEqual({
      agent: {
        version: 3,
        status: 'ACTIVE',
        riskTier: 'MEDIUM',
        owner: 'owner-1',
        team: 'team-1',
        environment: 'production',
        units: ['team-1', 'department-1'],
        scoreTier: 'ELEVATED',
      },
      manifest: { id: 'manifest-1', hash: 'ab'.repeat(32), mutates: true, quarantined: false },
      session: { id: 'session-1', taint: 'SEMI_TRUSTED', version: 2, open: true },
      policyHash: 'cd'.repeat(32),
      grants: [{ id: 'grant-1', action: null, active: true }],
    })
  })
  it('may lack manifest, session, policies, grants and score', () => {
    expect(parseStanding(JSON.stringify(bare))).toMatchObject({
      manifest: null,
      session: null,
      policyHash: null,
      grants: [],
      agent: { scoreTier: 'NONE', units: [] },
    })
  })
  it('of an agent that does not exist is none', () => {
    expect(parseStanding(null)).toBeNull()
  })
  it('takes a score tier it does not know for the strictest', () => {
    expect(parseStanding(replaced(7, 'splendid'))?.agent.scoreTier).toBe('RESTRICTED')
  })
  for (const [what, text] of [
    ['another length', JSON.stringify(row.slice(1))],
    ['an unknown status', replaced(1, 'RETIRED')],
    ['an unknown risk tier', replaced(2, null)],
    ['an unknown taint', replaced(13, 'FINE')],
    ['an unknown manifest state', replaced(11, 'SUPERSEDED')],
    ['a mutation flag that is no flag', replaced(10, null)],
    ['a broken grant', replaced(17, [['grant-1', null]])],
    ['no JSON', '['],
    ['an object', '{}'],
  ] as const) {
    it(`with ${what} is a fault, not a guess`, () => expect(() => parseStanding(text)).toThrow(Fault))
  }
})

describe('the facts of a decision', () => {
  const standing = parseStanding(JSON.stringify(row))!
  it('carry the taint of an open session', () => {
    expect(factsFrom(standing, asked).session).toEqual({ id: 'session-1', taint: 'SEMI_TRUSTED' })
  })
  it('take a session that has ended for one of unknown history', () => {
    const ended = { ...standing, session: { ...standing.session!, open: false } }
    expect(factsFrom(ended, asked).session?.taint).toBe('UNKNOWN')
  })
  it("take a session that is not this agent's for one of unknown history", () => {
    expect(factsFrom({ ...standing, session: null }, asked).session?.taint).toBe('UNKNOWN')
  })
  it('have no session when none was named', () => {
    expect(factsFrom(standing, { ...asked, sessionId: null }).session).toBeNull()
  })
})
