/** The texts of the ledger screen. */
import { count } from '../frame/plural.ts'

export const recordsTexts = {
  title: 'Ledger',
  empty: 'The ledger is empty',
  type: 'Type',
  seq: 'Number',
  when: 'When (UTC)',
  subject: 'About',
  leaf: 'Leaf hash',
  hidden: 'outside your scope',
  hiddenHint: 'The body is outside your scope; its hash still counts in the chain.',
  body: 'Canonical body, exactly as hashed',
  link: 'Link',
  previous: 'Previous link',
  entry: (seq: string) => `Entry ${seq}`,
  filter: 'Filter the ledger',
  filterHint: 'type: subject: actor: agent: since: until:, or the id of something',
  fieldLabels: {
    type: 'Type of receipt, such as agent.frozen',
    subject: 'What it is about: a kind, an id, or kind/id',
    actor: 'Id of who acted',
    agent: 'Id of an agent',
    since: '7d, a day, or an instant',
    until: '7d, a day, or an instant',
  },
  emptyFiltered: 'Nothing in your scope matches this filter',
  actor: 'By',
  goTo: 'Go to number',
  go: 'Go',
  newest: 'Newest',
  proof: 'Covered by a checkpoint',
  covered: (size: number, length: number, key: string) =>
    `It stands in checkpoint ${size.toLocaleString('en')}, signed by key ${key}: a path of ${count(length, 'hash', 'hashes')} leads from it to the signed root, computed here.`,
  coveredUnsigned: (size: number, length: number) =>
    `A path of ${count(length, 'hash', 'hashes')} leads to the root of checkpoint ${size.toLocaleString('en')}; no published key could be had to check its signature.`,
  uncovered: 'No checkpoint reaches this entry yet; one is signed every five minutes.',
  uncoveredBecause: {
    body: 'The body does not hash to the leaf: it is not what was recorded.',
    path: 'Its path does not lead to the root that was signed.',
    note: 'The checkpoint is no signed note of this log.',
  },
  download: 'Download the proof',
  downloadRange: 'Download the proof of this range',
  command: 'Checks it offline, without Muster:',
  rangeFirst: 'From number',
  rangeLast: 'to',
  rangeHint: 'everything when empty',
  intactRange: (first: number, last: number) =>
    `Chain intact: entries ${first.toLocaleString('en')} to ${last.toLocaleString('en')}.`,
  rangeUnproven: 'the server gave no path for the first entry of this range',
  rangeUncovered: 'No checkpoint covers this range yet: the chain holds, nothing signed vouches for it.',
  pick: 'Choose an entry to see what was hashed',
  verify: 'Verify',
  verifyAgain: 'Verify again',
  stop: 'Stop',
  verification: 'Verification in this browser',
  idle: 'Not checked yet. Verify recomputes every hash here, in a worker; the server is not asked for an opinion.',
  progress: (checked: number, total: number) =>
    `Checked ${checked.toLocaleString('en')} of ${total.toLocaleString('en')} entries`,
  state: { idle: 'Not checked', running: 'Checking', intact: 'Verified', broken: 'Failed', failed: 'Not checked' },
  intact: (last: number) =>
    last === 0
      ? 'The ledger is empty, and its head says so.'
      : `Chain intact: entries 1 to ${last.toLocaleString('en')}.`,
  brokenAt: (seq: number) => `Failed at entry ${seq.toLocaleString('en')}.`,
  brokenRange: (first: number, last: number) =>
    `Failed: entries ${first.toLocaleString('en')} to ${last.toLocaleString('en')} cannot be vouched for.`,
  soundBefore: (n: number) =>
    n === 0 ? 'No entry before it is sound.' : `The ${count(n, 'entry', 'entries')} before it are sound.`,
  bodies: (n: number, all: number) =>
    n === all
      ? 'Every body was hashed here.'
      : `${n.toLocaleString('en')} of ${all.toLocaleString('en')} bodies are in your scope and were hashed here.`,
  checkpoint: (size: number, key: string) =>
    `The root matches checkpoint ${size.toLocaleString('en')}, signed by key ${key}.`,
  checkpointUnsigned: (size: number) =>
    `The root matches checkpoint ${size.toLocaleString('en')}; no published key could be had to check its signature.`,
  noCheckpoint: 'No checkpoint has been signed yet.',
  remembered: (size: number, when: string) =>
    `This browser remembers checkpoint ${size.toLocaleString('en')}, seen ${when}; the ledger contains it.`,
  remembering: 'From now on this browser remembers the checkpoint and will refuse a ledger that does not contain it.',
  rewound: (size: number, seq: number) =>
    `The ledger now ends at ${seq.toLocaleString('en')}, but this browser saw a checkpoint of ${size.toLocaleString('en')}: it was set back.`,
  reasons: {
    MALFORMED_ENTRY: 'A field is missing or of the wrong form.',
    OUT_OF_SEQUENCE: 'An entry is missing, doubled or out of order.',
    LEAF_MISMATCH: 'The body is not what was hashed.',
    BAD_BODY: 'The body is hashed faithfully but is no receipt.',
    BODY_DISAGREES: 'The body says something else than the labels beside it.',
    PREVIOUS_LINK_MISMATCH: 'The entry names another predecessor than the one before it.',
    LINK_MISMATCH: 'The link does not follow from the entry before it.',
    BAD_CHECKPOINT: 'A checkpoint is no signed note of this log, or its signature fails.',
    CHECKPOINT_MISMATCH: 'The entries are not the ones a signed checkpoint covers.',
    CHECKPOINT_REWOUND: 'A later checkpoint covers fewer entries.',
    TRUNCATED: 'Entries that were promised are not there.',
    HEAD_MISMATCH: 'The entries do not lead to the head that was named.',
  } as Readonly<Record<string, string>>,
} as const
