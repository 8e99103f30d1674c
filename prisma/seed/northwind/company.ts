/** The demo company: three departments, twelve teams, 312 agents and thirty days. */
import { smallNorthwind, type SeedCompany } from '../company.ts'
import { northwindAgents } from './agents.ts'
import { people } from './people.ts'
import { namedAgents, northwindStory } from './story.ts'
import { servers } from './tools.ts'
import { units } from './units.ts'

export const northwind: SeedCompany = {
  organization: smallNorthwind.organization,
  tenant: smallNorthwind.tenant,
  units,
  people,
  tools: servers,
  agents: northwindAgents(namedAgents),
  history: northwindStory,
}
