/**
 * The summary's door. What is not selected is not counted; rows that are read
 * together are counted together, once.
 */
import { Fault, isUuid } from '@muster/kernel'
import { pageSize, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import { unitLoader } from '../orgUnits/store.ts'
import type { Room, Tx } from '../room.ts'
import { countThen } from './store/before.ts'
import { countStanding, topRisks } from './store/counts.ts'
import { countCoverage, type Coverage } from './store/coverage.ts'
import { countDecisions, type DecisionCounts } from './store/decisions.ts'
import { countDenials, countGroups, type Denials, type GroupCounts } from './store/groups.ts'
import { countLifecycle } from './store/lifecycle.ts'
import { windowBefore, type SummaryScope } from './store/scope.ts'
import { approvalTimes, meanSecondsToContain } from './store/times.ts'
import { parseWindow } from './timeWindow.ts'

const windowDefault = 'now-30d'
const topRiskDefault = 10
const topRiskMax = 100

export function summaryResolvers(room: Room): Resolvers {
  return {
    Query: {
      workforceSummary: async (_, { orgUnit, window }, context) => {
        requireCapability(context, 'agents:read')
        const nowMs = room.clock.nowMs()
        const span = parseWindow(window ?? windowDefault, nowMs)
        if (span === null) throw new Fault('BAD_REQUEST', '`window` is not a time window such as `now-30d`')
        const unitId = orgUnit ?? null
        if (unitId !== null && (!isUuid(unitId) || (await unitLoader(room, context).load(unitId)) === null)) return null
        const scope = { ...span, unitId, asOf: new Date(nowMs) }
        const denials = once(() => room.run((tx) => countDenials(tx, scope)))
        return {
          ...scope,
          ...(await room.run((tx) => countStanding(tx, unitId))),
          groups: once(() => room.run((tx) => countGroups(tx, scope))),
          denials,
        }
      },
    },
    WorkforceSummary: {
      orgUnit: ({ unitId }, _, context) => (unitId === null ? null : unitLoader(room, context).load(unitId)),
      byDepartment: async ({ groups, denials }) => (await groups()).departments.map((row) => ({ ...row, denials })),
      byTeam: async ({ groups, denials }) => (await groups()).teams.map((row) => ({ ...row, denials })),
      byOwner: async ({ groups, denials }) => (await groups()).owners.map((row) => ({ ...row, denials })),
      topRisk: ({ unitId, from }, { first }) => {
        const size = pageSize(first ?? topRiskDefault, topRiskMax)
        return room.run((tx) => topRisks(tx, unitId, from, size))
      },
      ...windowNumbers(room),
      coverage: async (scope) => shared(await room.run((tx) => countCoverage(tx, scope))),
      previous: async ({ unitId, asOf, ...window }) => {
        const scope = { unitId, asOf, ...windowBefore(window) }
        return { ...scope, ...(await room.run((tx) => countThen(tx, unitId, scope.until))) }
      },
    },
    WorkforceBefore: {
      ...windowNumbers(room),
      coverage: async (scope) => shared(await room.run((tx) => countCoverage(tx, scope, 'end'))),
    },
    DepartmentSummary: {
      department: async ({ id }, _, context) => (await unitLoader(room, context).load(id))!,
      denials: (row) => deniedIn(row),
    },
    TeamSummary: {
      team: ({ id }, _, context) => unitLoader(room, context).load(id),
      denials: (row) => deniedIn(row),
    },
    OwnerSummary: {
      owner: ({ id, visible }) => (visible ? { id } : null),
      denials: async ({ id, denials }) => (await denials()).byOwner[id] ?? 0,
    },
    AgentRisk: {
      agent: ({ agentId }) => ({ id: agentId }),
    },
  }
}

/** What is counted alike in a window and in the one before. */
function windowNumbers(room: Room) {
  const counted =
    <T>(count: (tx: Tx, scope: SummaryScope) => Promise<T>) =>
    ({ unitId, from, until, asOf }: SummaryScope): Promise<T> =>
      room.run((tx) => count(tx, { unitId, from, until, asOf }))
  return {
    approvalSla: counted(approvalTimes),
    mttcSeconds: counted(meanSecondsToContain),
    decisions: counted(async (tx, scope) => totalled(await countDecisions(tx, scope))),
    lifecycle: counted(countLifecycle),
  }
}

/** A row of a group, and where its denials are counted when somebody asks. */
export interface GroupRow extends GroupCounts {
  denials: () => Promise<Denials>
}

const deniedIn = async ({ id, denials }: GroupRow): Promise<number> => (await denials()).byUnit[id] ?? 0

const totalled = (counts: DecisionCounts) => ({
  ...counts,
  total: counts.allowed + counts.held + counts.denied,
  series: counts.series.map(({ at, ...outcomes }) => ({ at: new Date(at), ...outcomes })),
})

const shared = (coverage: Coverage) => ({
  ...coverage,
  share: coverage.active === 0 ? null : coverage.covered / coverage.active,
})

/** Asked however often, counted once. */
function once<T>(count: () => Promise<T>): () => Promise<T> {
  let counted: Promise<T> | undefined
  return () => (counted ??= count())
}
