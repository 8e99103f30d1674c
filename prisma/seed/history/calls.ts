/**
 * What agents ask for on a day: which agent, which tool, with what. Pure:
 * chance falls the same way for the same day.
 */
import type { Trust } from '@muster/kernel'
import type { Chance } from '../chance.ts'
import type { SeedCompany, SeedTool } from '../company.ts'
import type { Company, SeededAgent } from '../parts.ts'

/** A call as it is authorised and, if allowed, redeemed. */
export interface Call {
  agent: SeededAgent
  tool: string
  action: string
  parameters: Record<string, string | number>
  sourceTrust: Trust
  /** How it goes on when it may: nothing, or the permit is used, to a good end or not. */
  ending: 'nothing' | 'succeeds' | 'fails'
}

/** Of allowed calls: those whose permit is used on record here. */
const shareRedeemed = 0.24
const shareFailing = 0.05
/** Of ordinary calls: to a tool that was never granted. */
const shareUngranted = 0.035
const words: Readonly<Record<string, readonly string[]>> = {
  currency: ['EUR', 'GBP', 'USD', 'SEK'],
  city: ['Delft', 'Lyon', 'Porto', 'Graz', 'Malmo', 'Leeds'],
  segment: ['retail', 'enterprise', 'public', 'smb'],
  template: ['delay', 'refund-sent', 'renewal', 'reminder', 'welcome'],
  repository: ['checkout-web', 'ledger-api', 'mobile-app', 'data-models'],
  service: ['checkout', 'search', 'ledger', 'gateway', 'notifications'],
  dataset: ['orders_daily', 'payments_daily', 'customers', 'returns', 'web_sessions'],
  account: ['1200-receivables', '1800-bank', '4400-revenue', '6800-fees'],
  queue: ['delivery', 'returns', 'billing', 'technical', 'complaints'],
  topic: ['warranty', 'returns', 'invoices', 'passwords', 'shipping'],
  region: ['north', 'south', 'west', 'east'],
}

export function toolsOf(seed: SeedCompany): ReadonlyMap<string, SeedTool> {
  return new Map(seed.tools.flatMap(({ tools }) => tools.map((tool) => [tool.name, tool] as const)))
}

/** One use of a tool with parameters of the right kind. */
export function useOf(tool: SeedTool, chance: Chance): Pick<Call, 'tool' | 'action' | 'parameters'> {
  const use = chance.pick(tool.uses ?? [{ action: 'call', parameters: [] }])
  const value = (name: string): string | number => {
    if (name === 'amount') return chance.between(4, 1_900)
    if (name === 'replicas') return chance.between(2, 12)
    const list = words[name]
    return list === undefined ? chance.between(1_000, 99_999) : chance.pick(list)
  }
  return {
    tool: tool.name,
    action: use.action,
    parameters: Object.fromEntries(use.parameters.map((name) => [name, value(name)])),
  }
}

/** Whether a change by this agent waits for a person under the default policies, scores aside. */
export function isHeld({ seed, status }: SeededAgent): boolean {
  return (
    status === 'RESTRICTED' ||
    seed.riskTier === 'HIGH' ||
    seed.riskTier === 'CRITICAL' ||
    (seed.riskTier === 'MEDIUM' && seed.environment === 'production')
  )
}

/** `count` ordinary calls, of them `held` that wait for a person. Revoked agents have no key to ask with. */
export function callsOf(company: Company, chance: Chance, count: number, held: number): Call[] {
  const tools = toolsOf(company.seed)
  const agents = [...company.agents.values()].filter(({ status }) => status !== 'REVOKED')
  const changing = (agent: SeededAgent): SeedTool[] =>
    agent.seed.tools.flatMap((name) => tools.get(name) ?? []).filter(({ mutates }) => mutates)
  const supervised = agents.filter(
    (agent) =>
      isHeld(agent) && agent.status !== 'FROZEN' && agent.status !== 'QUARANTINED' && changing(agent).length > 0,
  )
  const calls: Call[] = []
  for (let n = 0; n < held && supervised.length > 0; n++) {
    const agent = chance.pick(supervised)
    const ending = chance.happens(0.9) ? 'succeeds' : 'fails'
    calls.push({ agent, ...useOf(chance.pick(changing(agent)), chance), sourceTrust: 'TRUSTED_INTERNAL', ending })
  }
  while (calls.length < count) calls.push(ordinary(chance, tools, chance.pick(agents), changing))
  return chance.shuffled(calls)
}

function ordinary(
  chance: Chance,
  tools: ReadonlyMap<string, SeedTool>,
  agent: SeededAgent,
  changing: (agent: SeededAgent) => SeedTool[],
): Call {
  const ungranted = [...tools.values()].filter(({ name }) => !agent.seed.tools.includes(name))
  if (ungranted.length > 0 && chance.happens(shareUngranted)) {
    const tool = chance.pick(ungranted)
    return { agent, ...useOf(tool, chance), sourceTrust: 'TRUSTED_INTERNAL', ending: 'nothing' }
  }
  const own = changing(agent)
  const changes = own.length > 0 && !isHeld(agent) && chance.happens(0.45)
  const reading = agent.seed.tools.flatMap((name) => tools.get(name) ?? []).filter(({ mutates }) => !mutates)
  const tool = changes || reading.length === 0 ? chance.pick(own) : chance.pick(reading)
  const reader: Trust = chance.happens(0.2) ? 'UNTRUSTED_EXTERNAL' : 'TRUSTED_INTERNAL'
  return {
    agent,
    ...useOf(tool, chance),
    // Reading what came from outside is their work; changing something for it is not.
    sourceTrust: tool.mutates ? 'TRUSTED_INTERNAL' : reader,
    ending: !chance.happens(shareRedeemed) ? 'nothing' : chance.happens(shareFailing) ? 'fails' : 'succeeds',
  }
}
