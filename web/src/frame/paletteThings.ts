/** What the palette finds in the graph, under the viewer's own rights: agents by name, work that waits, saved views. */
import { gql, useQuery } from 'urql'
import { t } from '../texts.ts'
import { addressOf, placeName, places } from './places.ts'
import { savedViewsQuery } from './savedViews.ts'

export interface Thing {
  readonly key: string
  readonly label: string
  readonly kind: string
  readonly detail?: string
  readonly address: string
  /** The server found it by what was typed; its label need not hold it. */
  readonly isFound: boolean
}

const agentsMax = 8
/** Work that waits longer than this list is found on its own screen. */
const waitingMax = 50

const findAgents = gql<
  { agents: { nodes: { id: string; slug: string; displayName: string }[] } },
  { first: number; filter: { text: string } }
>`
  query consolePalette($first: Int!, $filter: AgentFilter) {
    agents(first: $first, filter: $filter) {
      nodes {
        id
        slug
        displayName
      }
    }
  }
`

interface Waiting {
  approvals: {
    nodes: {
      id: string
      agent: { id: string; displayName: string } | null
      decision: { id: string; tool: string; action: string }
    }[]
  }
  findings: { nodes: { id: string; summary: string; agent: { id: string; displayName: string } | null }[] }
}

const waitingQuery = gql<Waiting, { first: number }>`
  query consolePaletteWaiting($first: Int!) {
    approvals(first: $first, filter: { status: PENDING }) {
      nodes {
        id
        agent {
          id
          displayName
        }
        decision {
          id
          tool
          action
        }
      }
    }
    findings(first: $first, filter: { status: OPEN }) {
      nodes {
        id
        summary
        agent {
          id
          displayName
        }
      }
    }
  }
`

/** @param text what was typed; with none, only what needs no looking for. */
export function usePaletteThings(text: string): { things: readonly Thing[]; isAsking: boolean } {
  const [agents] = useQuery({
    query: findAgents,
    variables: { first: agentsMax, filter: { text } },
    pause: text === '',
  })
  const [waiting] = useQuery({
    query: waitingQuery,
    variables: { first: waitingMax },
    pause: text === '',
    requestPolicy: 'cache-first',
  })
  const [views] = useQuery({ query: savedViewsQuery, variables: { screen: null }, requestPolicy: 'cache-and-network' })
  const things: Thing[] = places.map((place) => ({
    key: place.to,
    label: placeName(place),
    kind: t.palette.screen,
    address: place.to,
    isFound: false,
  }))
  for (const view of views.data?.savedViews ?? []) {
    const address = addressOf(view)
    if (address !== null) things.push({ key: view.id, label: view.name, kind: t.palette.view, address, isFound: false })
  }
  if (text === '') return { things, isAsking: false }
  for (const { id, slug, displayName } of agents.data?.agents.nodes ?? []) {
    things.push({
      key: id,
      label: displayName,
      kind: t.palette.agent,
      detail: slug,
      address: `/agents/${id}`,
      isFound: true,
    })
  }
  for (const { id, agent, decision } of waiting.data?.approvals.nodes ?? []) {
    const label = `${decision.tool} · ${decision.action} · ${agent?.displayName ?? t.none}`
    things.push({ key: id, label, kind: t.palette.approval, address: `/approvals?id=${id}`, isFound: false })
  }
  for (const { id, summary, agent } of waiting.data?.findings.nodes ?? []) {
    const label = `${summary} · ${agent?.displayName ?? t.none}`
    things.push({ key: id, label, kind: t.palette.finding, address: `/findings?id=${id}`, isFound: false })
  }
  return { things, isAsking: agents.fetching }
}
