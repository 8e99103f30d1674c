/**
 * The queue's filter between the address and the graph: the names of its
 * fields, and what the tokens written with them ask for. Pure.
 */
import { approvalStatuses, riskTiers, type ApprovalStatus, type RiskTier } from '../frame/vocabulary.ts'
import { freeText, parseTokens, valuesOf, type FieldGrammar, type Token } from '../parts/tokens/grammar.ts'

const lower = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase())

/** `status:any` is every status. */
export const queueGrammar = [
  { name: 'status', kind: 'words', words: [...lower(approvalStatuses), 'any'] },
  { name: 'is', kind: 'words', words: ['mine'], isSingle: true },
  { name: 'team', kind: 'text', isSingle: true },
  { name: 'tier', kind: 'words', words: lower(riskTiers), isSingle: true },
  { name: 'tool', kind: 'text', isSingle: true },
  { name: 'agent', kind: 'text', isSingle: true },
] as const satisfies readonly FieldGrammar[]

/** As the graph takes it. */
export interface QueueFilter {
  statuses?: ApprovalStatus[]
  mine?: boolean
  orgUnit?: string
  riskTier?: RiskTier
  tool?: string
  agentId?: string
  text?: string
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * @param status what the address says beside the filter; a status in the filter wins, and without either what waits is shown.
 * @param unitOf the id of a team's name; a name nobody has stays as it is, and matches nothing.
 */
export function queueFilterOf(
  query: string | undefined,
  status: ApprovalStatus | undefined,
  unitOf: (name: string) => string | undefined,
): QueueFilter {
  const { tokens } = parseTokens(query ?? '', queueGrammar)
  const one = (field: string): string | undefined => valuesOf(tokens, field)[0]
  const filter: QueueFilter = {}
  const statuses = statusesOf(tokens, status)
  if (statuses !== null) filter.statuses = statuses
  if (one('is') === 'mine') filter.mine = true
  const team = one('team')
  if (team !== undefined) filter.orgUnit = unitOf(team) ?? team
  const tier = riskTiers.find((each) => each.toLowerCase() === one('tier'))
  if (tier !== undefined) filter.riskTier = tier
  const tool = one('tool')
  if (tool !== undefined) filter.tool = tool
  // An agent is known by its id or by a part of its name.
  const agent = one('agent')
  if (agent !== undefined && idPattern.test(agent)) filter.agentId = agent
  const text = [agent !== undefined && !idPattern.test(agent) ? agent : '', freeText(tokens) ?? ''].join(' ').trim()
  if (text !== '') filter.text = text
  return filter
}

function statusesOf(tokens: readonly Token[], status: ApprovalStatus | undefined): ApprovalStatus[] | null {
  const named = valuesOf(tokens, 'status')
  if (named.includes('any')) return null
  const known = approvalStatuses.filter((each) => named.includes(each.toLowerCase()))
  return known.length > 0 ? known : [status ?? 'PENDING']
}
