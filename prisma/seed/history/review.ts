/**
 * An access review: opened by whoever answers for the unit, decided item by
 * item by the people it asks, and signed off when the story says so.
 */
import { mutate, type Company } from '../parts.ts'
import { smallNorthwind } from '../company.ts'
import type { Desk } from './actors.ts'
import type { ReviewAct } from './story.ts'

const dayMs = 86_400_000
const refused = '... on Refusal { code message }'

interface Item {
  id: string
  agentSlug: string
  reviewerId: string
  advice: 'KEEP' | 'REVOKE' | 'MODIFY'
  version: number
}

/** Whoever learns the product with these keeps finding them as they are written down. */
const kept = new Set(smallNorthwind.agents.map(({ slug }) => slug))

export async function review(company: Company, desk: Desk, act: ReviewAct): Promise<void> {
  const { parts, units } = company
  const opener = await desk.as(act.by)
  const opened = await mutate<{ review: { id: string } }>(
    parts.workforce,
    opener,
    `mutation ($input: OpenAccessReviewInput!) { result: openAccessReview(input: $input) { __typename ... on AccessReviewOpened { review { id } } ${refused} } }`,
    {
      name: act.name,
      orgUnit: units.get(act.unit),
      dueAt: new Date(parts.time.nowMs() + act.dueInDays * dayMs),
      missedPolicy: 'KEEP',
    },
  )
  const reviewId = opened.review.id
  const { data, errors } = await parts.workforce.execute({
    query:
      'query ($filter: ReviewItemFilter) { reviewItems(first: 200, filter: $filter) { nodes { id agentSlug reviewerId advice version } } }',
    variables: { filter: { reviewId } },
    handovers: opener.handovers,
  })
  if (errors !== undefined) throw new Error(`the items of a review could not be read: ${errors[0]?.message}`)
  const { nodes } = data!['reviewItems'] as { nodes: Item[] }
  const emails = new Map([...company.people].map(([email, { id }]) => [id, email]))
  for (const item of nodes.slice(0, Math.ceil(nodes.length * act.shareDecided))) {
    const reviewer = await desk.as(emails.get(item.reviewerId)!)
    await mutate(
      parts.workforce,
      reviewer,
      `mutation ($input: DecideReviewItemInput!) { result: decideReviewItem(input: $input) { __typename ${refused} } }`,
      { itemId: item.id, expectedVersion: item.version, ...verdictOn(item) },
    )
  }
  if (!act.isSigned) return
  await mutate(
    parts.workforce,
    await desk.as(act.by),
    `mutation ($input: SignOffReviewInput!) { result: signOffReview(input: $input) { __typename ${refused} } }`,
    { reviewId },
  )
}

function verdictOn({ advice, agentSlug }: Item): { verdict: string; justification: string | null } {
  if (advice === 'KEEP') return { verdict: 'RECERTIFIED', justification: null }
  if (advice === 'REVOKE' && !kept.has(agentSlug))
    return { verdict: 'REVOKED', justification: 'not needed for its task' }
  return { verdict: 'RECERTIFIED', justification: 'its task needs it as it is' }
}
