/**
 * What was asked and answered, in the order in which it was: every asking and
 * every answer takes the next number of one counter, so "answered before the
 * other was asked" is a comparison of two numbers.
 */
import type { CallerName, Tool } from './acts.ts'

export interface When {
  from: number
  to: number
}

export interface Refused {
  __typename: 'Refused'
  code: string
}
/** An error instead of an answer. */
export interface Failed {
  __typename: 'Failed'
  code: string
  text: string
}
export interface Receipt {
  id: string
  seq: string
}

export interface Decided {
  __typename: 'ActionDecided'
  decision: {
    id: string
    outcome: string
    reasonCode: string
    actionHash: string
    policyHash: string
    receipt: Receipt
  }
  permit: { token: string } | null
  approval: { id: string; status: string } | null
}
export interface Redeemed {
  __typename: 'PermitRedeemed'
  execution: { id: string; receipt: Receipt }
}
export interface Voted {
  __typename: 'ApprovalDecided'
  approval: { id: string; status: string; approvals: number; required: number }
  receipt: Receipt
}
export interface Reported {
  __typename: 'ExecutionReported'
  execution: { id: string; outcome: string }
  receipt: Receipt
}

export interface Authorization extends When {
  caller: CallerName
  agent: number
  tool: Tool
  session: number | null
  key: string | null
  payload: number
  /** Must come to nothing, whatever the standing. */
  bad: boolean
  answer: Decided | Refused | Failed
}
export interface Vote extends When {
  approvalId: string
  person: number
  verdict: 'APPROVE' | 'REJECT'
  answer: Voted | Refused | Failed
}
export interface Redemption extends When {
  decisionId: string
  key: string | null
  wrong: 'credential' | 'payload' | null
  answer: Redeemed | Refused | Failed
}
export interface Report extends When {
  executionId: string
  outcome: string
  answer: Reported | Refused | Failed
}
/** A change of what decisions rest on; `seq` null: nothing was changed. */
export interface Change extends When {
  seq: string | null
}

export class History {
  #now = 0
  readonly authorizations: Authorization[] = []
  readonly votes: Vote[] = []
  readonly redemptions: Redemption[] = []
  readonly reports: Report[] = []
  readonly changes: Change[] = []

  /** Asks, and says when. An error becomes a `Failed`. */
  async ask<T>(work: () => Promise<T>): Promise<When & { answer: T | Failed }> {
    const from = ++this.#now
    try {
      const answer = await work()
      return { from, to: ++this.#now, answer }
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as { code?: string; message: string }
      return { from, to: ++this.#now, answer: { __typename: 'Failed', code, text: message } }
    }
  }
}
