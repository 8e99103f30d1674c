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
