/**
 * Is every decision that was answered on record, as it was answered? Pure.
 *
 * INVARIANT (nothing allowed that is not recorded): an answer counts as
 * receipted only when the entry at its number carries its receipt's id, and the
 * body there says `action.decided` with the same decision hash and outcome.
 */
import { BadReceiptBody, parseReceiptBody, type LedgerEntry } from '@muster/ledger'
import type { CallRecord } from '../deciding/callRecord.ts'

export interface ReceiptProblem {
  readonly place: string
  readonly seq: number
  /** One sentence: lower case, no full stop. */
  readonly problem: string
}

interface Expected {
  readonly place: string
  readonly receiptId: string
  readonly outcome: string
  readonly reasonCode: string
  readonly actionHash: string
}

export class ReceiptCheck {
  readonly #expected = new Map<number, Expected>()
  readonly #problems: ReceiptProblem[] = []
  #confirmed = 0

  constructor(records: readonly CallRecord[]) {
    for (const { place, index, decision } of records) {
      if (decision === null) continue
      const { receipt, outcome, reasonCode, actionHash } = decision
      const other = this.#expected.get(receipt.seq)
      const mine = { place: `${place}, call ${index + 1}`, receiptId: receipt.id, outcome, reasonCode, actionHash }
      if (other === undefined) this.#expected.set(receipt.seq, mine)
      else this.#fail(mine.place, receipt.seq, `its receipt is that of ${other.place}`)
    }
  }

  /** Looks at one entry of the ledger; each is given once. */
  look(entry: LedgerEntry): void {
    const seq = Number(entry.seq)
    const expected = this.#expected.get(seq)
    if (expected === undefined) return
    this.#expected.delete(seq)
    const problem = compare(entry, expected)
    if (problem === null) this.#confirmed++
    else this.#fail(expected.place, seq, problem)
  }

  /** Everything asked for that was not found is a problem. */
  finish(): { readonly confirmed: number; readonly problems: readonly ReceiptProblem[] } {
    for (const [seq, { place }] of this.#expected) this.#fail(place, seq, 'its receipt is not in the ledger')
    this.#expected.clear()
    return { confirmed: this.#confirmed, problems: this.#problems }
  }

  #fail(place: string, seq: number, problem: string): void {
    this.#problems.push({ place, seq, problem })
  }
}

function compare(entry: LedgerEntry, expected: Expected): string | null {
  if (entry.body === null) return 'its receipt is withheld from this credential'
  try {
    const { id, type, data } = parseReceiptBody(entry.body)
    if (id !== expected.receiptId) return 'another receipt stands at its number'
    if (type !== 'action.decided') return `its receipt is of type \`${type}\``
    if (data['outcome'] !== expected.outcome)
      return `its receipt says \`${JSON.stringify(data['outcome'] ?? null)}\`, the answer \`${expected.outcome}\``
    if (data['reasonCode'] !== expected.reasonCode) return 'its receipt gives another reason than the answer'
    return data['actionHash'] === expected.actionHash ? null : 'its receipt is about another action'
  } catch (error) {
    if (error instanceof BadReceiptBody) return `its receipt cannot be read: ${error.message}`
    throw error
  }
}
