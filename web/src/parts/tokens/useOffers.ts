/** The list under a filter that is being typed; the server is asked when typing pauses, and late answers are dropped. */
import { useEffect, useMemo, useState } from 'react'
import {
  draftOf,
  knownValues,
  offerNames,
  offerValues,
  type Completion,
  type Offer,
  type TokenFieldDefinition,
} from './complete.ts'

const pauseMs = 150

export function useOffers(draft: string, fields: readonly TokenFieldDefinition[], isOpen: boolean): readonly Offer[] {
  const typed = useMemo(() => draftOf(draft, fields), [draft, fields])
  const [answered, setAnswered] = useState<{ question: string; values: readonly Completion[] } | null>(null)
  const known = typed.at === 'value' ? knownValues(typed) : null
  const question = isOpen && typed.at === 'value' && known === null ? `${typed.field.name}:${typed.text}` : null
  useEffect(() => {
    if (question === null || typed.at !== 'value') return
    let isLate = false
    const ask = async (): Promise<void> => {
      const values = (await typed.field.complete?.(typed.text)) ?? []
      if (!isLate) setAnswered({ question, values })
    }
    // A list that did not come is no list: the value can be typed.
    const timer = setTimeout(() => void ask().catch(() => undefined), pauseMs)
    return () => {
      isLate = true
      clearTimeout(timer)
    }
    // What is asked is in the question.
  }, [question])
  if (!isOpen) return []
  if (typed.at === 'name') return offerNames(typed, fields)
  // The last answer stays until the next one, so that the list does not blink.
  return offerValues(typed, known ?? (answered?.question.startsWith(`${typed.field.name}:`) ? answered.values : []))
}
