/** What detections raised, as a program reads it: found by what raised it, never by its place in a list. */
import { graph } from './api.ts'
import { company } from './demo.ts'

export interface RaisedFinding {
  id: string
  summary: string
  incident: { id: string; number: number } | null
}

const waitMs = 10_000

/** The open finding of a type about an agent, the newest; findings are raised after the answer, so it is waited for. */
export async function raised(agentId: string, type: string): Promise<RaisedFinding> {
  const deadline = Date.now() + waitMs
  for (;;) {
    const { findings } = await graph<{ findings: { nodes: RaisedFinding[] } }>(
      company().apiKeys.admin,
      `query ($filter: FindingFilter) { findings(first: 1, filter: $filter) { nodes { id summary incident { id number } } } }`,
      { filter: { agentId, types: [type], statuses: ['OPEN'] } },
    )
    const [finding] = findings.nodes
    if (finding !== undefined) return finding
    if (Date.now() > deadline) throw new Error(`no finding \`${type}\` was raised`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
