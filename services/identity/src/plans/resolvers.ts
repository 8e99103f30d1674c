/** Plans, translated. */
import { planLimits, type PlanCode } from '@muster/kernel'
import { answering } from '@muster/subgraph-kit'
import { caller } from '../caller.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { changePlan } from './changePlan.ts'
import { readPlan, readUsage, type Usage } from './store.ts'

const described = (plan: { code: PlanCode; usage: Usage }) => ({ ...plan, limits: planLimits[plan.code] })

export function planResolvers(room: Room) {
  return {
    Tenant: {
      plan: () => {
        const claims = caller()
        if (!claims.all || !claims.caps.includes('people:read')) return null
        return room.database.run(async (tx) => described({ code: await readPlan(tx), usage: await readUsage(tx) }))
      },
    },
    Mutation: {
      changePlan: (_, { input }) =>
        answering('Refused', async () => {
          const { plan, receipt } = await changePlan(room, input)
          return { __typename: 'PlanChanged' as const, plan: described(plan), receipt }
        }),
    },
  } satisfies Resolvers
}
