/**
 * The one place for words that belong to no form: something was done, or went
 * wrong away from any field. A failure says its request id and stays until it
 * is closed. The list is loaded when the first words are said.
 *
 * INVARIANT (said once): what a form shows beside itself is never said here too.
 */
import { lazy, Suspense, useEffect, useState } from 'react'
import { asFailure, type Failure } from '../graph/requestFailure.ts'

export interface Message {
  readonly words: string
  /** The ledger's number of what was done. */
  readonly seq?: string
  readonly failure?: Failure
}

type Hear = (message: Message) => void

let waiting: Message[] = []
let hearer: Hear | null = null
let wake: (() => void) | null = null

function say(message: Message): void {
  if (hearer !== null) return hearer(message)
  waiting.push(message)
  wake?.()
}

/** Something was done, or could not be and the reason is no failure. */
export function tell(words: string, seq?: string): void {
  say(seq === undefined ? { words } : { words, seq })
}

/** Something went wrong; anything thrown, or a failure already in words. */
export function tellFailure(error: unknown): void {
  const failure = isFailure(error) ? error : asFailure(error)
  say({ words: failure.words, failure })
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'words' in error && 'requestId' in error
}

/** For the list alone: takes what was said so far, and all that will be. */
export function hearMessages(hear: Hear): () => void {
  hearer = hear
  for (const message of waiting) hear(message)
  waiting = []
  return () => {
    hearer = null
  }
}

const List = lazy(() => import('./toastList.tsx'))

export function Toasts() {
  const [isNeeded, setIsNeeded] = useState(false)
  useEffect(() => {
    wake = () => setIsNeeded(true)
    if (waiting.length > 0) wake()
    return () => {
      wake = null
    }
  }, [])
  return (
    isNeeded && (
      <Suspense>
        <List />
      </Suspense>
    )
  )
}
