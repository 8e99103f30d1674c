/** Every refusal about checkpoints, log epochs and proofs. */
import { Refusal } from '@muster/kernel'
import type { Rewind } from './rewind.ts'

export const ledgerRewound = ({ reason, keptSize, headSeq }: Rewind): Refusal =>
  new Refusal(
    'LEDGER_REWOUND',
    keptSize === null
      ? 'the checkpoint kept outside opens with no key of this log; nothing is signed until a new log epoch is opened'
      : `the database holds ${headSeq} entries${reason === 'FORKED' ? ', not the ones' : ''}; ${keptSize} were signed for; nothing is signed until a new log epoch is opened`,
  )

export const notRewound = (): Refusal =>
  new Refusal('NOT_REWOUND', 'the log holds everything that was signed for; no new epoch is needed')

export const wrongRange = (expected: string): Refusal =>
  new Refusal('WRONG_RANGE', `the lost range does not fit what is known: ${expected}`)

export const overtaken = (): Refusal => new Refusal('OVERTAKEN', 'the ledger changed meanwhile; look again and repeat')
