/**
 * The summary's door. What is not selected is not counted.
 */
import { Fault, isUuid } from '@muster/kernel'
import { pageSize, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import { unitLoader } from '../orgUnits/store.ts'
import type { Room } from '../room.ts'
import { approvalTimes, countSummary, meanSecondsToContain, topRisks } from './store.ts'
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
        const counts = await room.run((tx) => countSummary(tx, unitId))
        return { ...counts, ...span, unitId, asOf: new Date(nowMs) }
      },
    },
    WorkforceSummary: {
      topRisk: ({ unitId }, { first }) => {
        const size = pageSize(first ?? topRiskDefault, topRiskMax)
        return room.run((tx) => topRisks(tx, unitId, size))
      },
      approvalSla: (scope) => room.run((tx) => approvalTimes(tx, scope)),
      mttcSeconds: (scope) => room.run((tx) => meanSecondsToContain(tx, scope)),
    },
    TeamSummary: {
      team: ({ teamId }, _, context) => unitLoader(room, context).load(teamId),
    },
    AgentRisk: {
      agent: ({ agentId }) => ({ id: agentId }),
    },
  }
}
