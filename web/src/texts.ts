/**
 * Every text of the console; each screen keeps its own beside it. Another
 * language is another object of the same type (`languages/`), set before
 * anything is drawn; a text with a gap is a function, so that a forgotten value
 * does not compile.
 */
import { approvalsTexts } from './approvals/texts.ts'
import {
  bulkTexts,
  directoryTexts,
  exportTexts,
  moveTexts,
  peekTexts,
  registerTexts,
  standingTexts,
} from './agents/directoryTexts.ts'
import { agentsTexts } from './agents/texts.ts'
import { fileTexts } from './agents/fileTexts.ts'
import { receiptTexts } from './parts/receiptTexts.ts'
import { recordsTexts } from './records/texts.ts'
import { signInTexts } from './session/texts.ts'
import { workforceTexts } from './workforce/texts.ts'
import { reviewsTexts } from './reviews/texts.ts'
import { findingsTexts } from './findings/texts.ts'
import { count } from './frame/plural.ts'
import { looksTexts, viewsTexts } from './frame/texts.ts'
import { partsTexts, timeRangeTexts } from './parts/texts.ts'
import { tokensTexts } from './parts/tokens/texts.ts'

const words: Readonly<Record<string, string>> = {
  MEDIUM: 'Medium',
  TRUSTED_INTERNAL_SIGNED: 'Trusted, signed',
  TRUSTED_INTERNAL: 'Trusted, internal',
  SEMI_TRUSTED: 'Semi-trusted',
  UNTRUSTED_EXTERNAL: 'Untrusted, external',
  MALICIOUS_SUSPECTED: 'Malice suspected',
}

export const english = {
  product: 'Muster',
  skip: 'Skip to content',
  recording: 'Recording…',
  recordedAs: 'Recorded in the ledger as number',
  loading: 'Loading',
  cancel: 'Cancel',
  close: 'Close',
  none: '—',
  toasts: 'Messages',
  /** A code of the graph as a word. */
  words: (code: string): string => words[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' '),
  nav: {
    label: 'Screens',
    workforce: 'Workforce',
    agents: 'Agents',
    approvals: 'Approvals',
    reviews: 'Access reviews',
    findings: 'Findings',
    records: 'Ledger',
    signOut: 'Sign out',
    signedInAs: 'Signed in as',
    help: 'Keys on this page',
    wholeTenant: 'everywhere',
  },
  copy: {
    hash: 'Copy the whole hash',
    id: 'Copy the id',
    requestId: 'Copy the request id',
    done: 'Copied',
    text: 'Copy the text',
  },
  failure: {
    unknown: 'something went wrong on our side',
    unreachable: 'Muster does not answer: the network or the server is away',
    status: (status: number) => `the server answered ${status}`,
    request: 'request',
    again: 'Try again',
    page: 'This screen could not be shown',
    nowhere: 'There is no such page',
    nowhereHint: 'The address leads nowhere, or to something outside your scope: the two look alike on purpose.',
  },
  states: {
    denied: (capability: string) => `Your roles do not include ${capability}. Whoever administers people can give it.`,
    readOnly: (capability: string) => `You may look and not change: your roles do not include ${capability}.`,
  },
  keys: {
    title: 'Keys',
    everywhere: 'Everywhere',
    here: 'On this page',
    help: 'Show the keys',
    filter: 'Go to the filter',
    next: 'Next row',
    previous: 'Previous row',
    open: 'Open the row',
    peek: 'Peek at the row',
    tick: 'Select the row',
    tickRange: 'Select all from the last one to here',
    stretch: 'Select and go on',
    back: 'Back',
    go: (place: string) => `Go to ${place}`,
  },
  live: {
    changes: (n: number) => count(n, 'change', 'changes'),
    apply: 'Show what changed',
    lost: '▲ No live news; connecting again…',
  },
  palette: {
    title: 'Go to',
    hint: 'A screen, an agent, an approval, a finding, a view, or what can be done here',
    screen: 'Screen',
    open: 'Go to anything',
    agent: 'Agent',
    approval: 'Approval',
    finding: 'Finding',
    view: 'Saved view',
    here: 'On this page',
    nothing: 'Nothing of that name, in what you may see',
  },
  graphql: { copy: 'Copy as GraphQL', copied: 'Copied' },
  signIn: signInTexts,
  views: viewsTexts,
  looks: looksTexts,
  parts: partsTexts,
  tokens: tokensTexts,
  timeRange: timeRangeTexts,
  approvals: approvalsTexts,
  agents: agentsTexts,
  directory: directoryTexts,
  bulk: bulkTexts,
  csv: exportTexts,
  move: moveTexts,
  agentPeek: peekTexts,
  register: registerTexts,
  standing: standingTexts,
  file: fileTexts,
  receipt: receiptTexts,
  records: recordsTexts,
  workforce: workforceTexts,
  findings: findingsTexts,
  reviews: reviewsTexts,
  needs: (capability: string) => `your roles do not include ${capability}`,
} as const

/** The shape of the texts, whatever the language. */
type Shape<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Name in keyof T]: Shape<T[Name]> }

export type Texts = Shape<typeof english>

/** The screens: each is translated as a whole, or stays English as a whole. */
type DirectoryPart = 'directory' | 'bulk' | 'csv' | 'move' | 'agentPeek' | 'register' | 'standing'
type Screen =
  | 'approvals'
  | 'reviews'
  | 'agents'
  | DirectoryPart
  | 'file'
  | 'receipt'
  | 'records'
  | 'workforce'
  | 'findings'

/** Another language: all of the frame, and as many screens as it has. */
export type Translation = Omit<Texts, Screen> & Partial<Pick<Texts, Screen>>

/**
 * The texts in the language of this page. Read them where something is drawn,
 * never when a module is loaded: the language is known only then.
 */
export let t: Texts = english

/** Sets the language; once, before anything is drawn. */
export function speak(translation: Translation): void {
  t = { ...english, ...translation }
}
