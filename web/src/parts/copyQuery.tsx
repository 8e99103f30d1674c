/** `Copy as GraphQL`: the very request behind a screen, for a terminal or a program. There is no private endpoint. */
import { useState } from 'react'
import { stringifyDocument, type TypedDocumentNode } from 'urql'
import { Button } from './button.tsx'
import { t } from '../texts.ts'

const shownForMs = 1_500

interface Props<Data, Variables extends object> {
  query: TypedDocumentNode<Data, Variables>
  variables: Variables
}

export function CopyQuery<Data, Variables extends object>({ query, variables }: Props<Data, Variables>) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(JSON.stringify({ query: stringifyDocument(query), variables }, null, 2))
    setCopied(true)
    setTimeout(() => setCopied(false), shownForMs)
  }
  return (
    <Button look="quiet" size="small" onClick={() => void copy()}>
      {copied ? t.graphql.copied : t.graphql.copy}
    </Button>
  )
}
