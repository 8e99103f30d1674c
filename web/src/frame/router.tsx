/**
 * The places of the console. Each screen is a piece of its own, loaded when it
 * is first visited; its filters are read from the address by the functions here.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import { asFailure } from '../graph/requestFailure.ts'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { queryClient, sessionQuery } from '../session/session.ts'
import { SignInPage } from '../session/signInPage.tsx'
import { t } from '../texts.ts'
import { present, textIn, textOf, tokenOf, understood, wordIn } from './search.ts'
import { SignedIn } from './signedIn.tsx'
import {
  agentStatuses,
  agentTabs,
  approvalStatuses,
  findingOrders,
  findingTabs,
  outcomes,
  reviewStatuses,
  reviewVerdictFilters,
  riskTiers,
  scoreNames,
  type AgentStatus,
  type RiskTier,
} from './vocabulary.ts'

const root = createRootRoute()

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (raw: Record<string, unknown>) => {
    const next = textIn(raw, 'next')
    // Only places of ours: an address elsewhere after signing in would be a gift to phishers.
    const sso = textIn(raw, 'sso')
    return understood({
      next: next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined,
      sso: sso === 'refused' || sso === 'unavailable' ? sso : undefined,
    })
  },
  beforeLoad: async ({ search }) => {
    if ((await queryClient.ensureQueryData(sessionQuery)) !== null) redirect({ to: search.next ?? '/', throw: true })
  },
})

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: SignedIn,
  beforeLoad: async ({ location }) => {
    if ((await queryClient.ensureQueryData(sessionQuery)) !== null) return
    const next = location.href === '/' ? undefined : location.href
    redirect({ to: '/sign-in', search: present({ next }), throw: true })
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/workforce', throw: true })
  },
})

const workforce = createRoute({
  getParentRoute: () => inside,
  path: '/workforce',
  component: lazyRouteComponent(() => import('../workforce/workforcePage.tsx'), 'WorkforcePage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      unit: textIn(raw, 'unit'),
      window: textIn(raw, 'window'),
      compare: wordIn(raw, 'compare', ['on']),
      by: wordIn(raw, 'by', ['team', 'department', 'owner']),
      show: wordIn(raw, 'show', ['table']),
    }),
})

const agents = createRoute({
  getParentRoute: () => inside,
  path: '/agents',
  component: lazyRouteComponent(() => import('../agents/directoryPage.tsx'), 'DirectoryPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      /** The whole filter as it is written; what links name singly is written into it. */
      q: textOf([
        textIn(raw, 'q'),
        tokenOf('status', wordIn(raw, 'status', agentStatuses)?.toLowerCase()),
        tokenOf('tier', wordIn(raw, 'tier', riskTiers)?.toLowerCase()),
        tokenOf('team', textIn(raw, 'team')),
        tokenOf('owner', textIn(raw, 'owner')),
      ]),
      status: undefined as AgentStatus | undefined,
      tier: undefined as RiskTier | undefined,
      team: undefined as string | undefined,
      owner: undefined as string | undefined,
      row: textIn(raw, 'row'),
      peek: wordIn(raw, 'peek', ['open']),
      columns: textIn(raw, 'columns'),
      sort: textIn(raw, 'sort'),
      /** An act on many that runs or ran, and a file that is being made. */
      act: textIn(raw, 'act'),
      file: textIn(raw, 'file'),
    }),
})

const agent = createRoute({
  getParentRoute: () => inside,
  path: '/agents/$agentId',
  component: lazyRouteComponent(() => import('../agents/agentPage.tsx'), 'AgentPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      tab: wordIn(raw, 'tab', agentTabs),
      outcome: wordIn(raw, 'outcome', outcomes),
      tool: textIn(raw, 'tool'),
      score: wordIn(raw, 'score', scoreNames),
      ended: wordIn(raw, 'ended', ['yes']),
      types: textIn(raw, 'types'),
      receipt: textIn(raw, 'receipt'),
    }),
})

const approvals = createRoute({
  getParentRoute: () => inside,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../approvals/approvalsPage.tsx'), 'ApprovalsPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      q: textIn(raw, 'q'),
      status: wordIn(raw, 'status', approvalStatuses),
      order: wordIn(raw, 'order', ['created']),
      id: textIn(raw, 'id'),
    }),
})

const reviews = createRoute({
  getParentRoute: () => inside,
  path: '/reviews',
  component: lazyRouteComponent(() => import('../reviews/reviewsPage.tsx'), 'ReviewsPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      status: wordIn(raw, 'status', reviewStatuses),
      mine: wordIn(raw, 'mine', ['yes']),
      row: textIn(raw, 'row'),
    }),
})

const review = createRoute({
  getParentRoute: () => inside,
  path: '/reviews/$reviewId',
  component: lazyRouteComponent(() => import('../reviews/reviewPage.tsx'), 'ReviewPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      q: textIn(raw, 'q'),
      reviewer: wordIn(raw, 'reviewer', ['me']),
      verdict: wordIn(raw, 'verdict', reviewVerdictFilters),
      peek: wordIn(raw, 'peek', ['yes']),
      row: textIn(raw, 'row'),
      columns: textIn(raw, 'columns'),
    }),
})

const findings = createRoute({
  getParentRoute: () => inside,
  path: '/findings',
  component: lazyRouteComponent(() => import('../findings/findingsPage.tsx'), 'FindingsPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({
      tab: wordIn(raw, 'tab', findingTabs),
      q: textIn(raw, 'q'),
      order: wordIn(raw, 'order', findingOrders),
      id: textIn(raw, 'id'),
      incident: textIn(raw, 'incident'),
      unit: textIn(raw, 'unit'),
      all: wordIn(raw, 'all', ['yes']),
      columns: textIn(raw, 'columns'),
      receipt: textIn(raw, 'receipt'),
    }),
})

const records = createRoute({
  getParentRoute: () => inside,
  path: '/records',
  component: lazyRouteComponent(() => import('../records/recordsPage.tsx'), 'RecordsPage'),
  validateSearch: (raw: Record<string, unknown>) =>
    understood({ q: textIn(raw, 'q'), at: textIn(raw, 'at'), seq: textIn(raw, 'seq'), id: textIn(raw, 'id') }),
})

function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <div className="p-6">
      <h1 className="mb-3 text-lg font-semibold">{t.failure.page}</h1>
      <FailureNote failure={asFailure(error)} onRetry={reset} />
    </div>
  )
}

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([home, workforce, agents, agent, approvals, reviews, review, findings, records]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: () => <Empty title={t.failure.nowhere}>{t.failure.nowhereHint}</Empty>,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
