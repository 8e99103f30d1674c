/** Pages of a long list, one at a time: older ones behind a button, the newest by another. The cursor is the server's. */
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { t } from '../../texts.ts'

export const pageRows = 50

export interface Cursor {
  readonly after: string | null
  readonly show: (after: string | null) => void
}

/** Starts at the newest, and again whenever `about` changes. */
export function useCursor(about: string): Cursor {
  const [at, setAt] = useState<{ about: string; after: string | null }>({ about, after: null })
  return { after: at.about === about ? at.after : null, show: (after) => setAt({ about, after }) }
}

interface Props {
  cursor: Cursor
  page: { hasNextPage: boolean; endCursor: string | null } | undefined
}

export function Pager({ cursor, page }: Props) {
  if (cursor.after === null && page?.hasNextPage !== true) return null
  return (
    <div className="flex gap-2">
      {cursor.after !== null && (
        <Button size="small" onClick={() => cursor.show(null)}>
          {t.file.newest}
        </Button>
      )}
      {page?.hasNextPage === true && (
        <Button size="small" onClick={() => cursor.show(page.endCursor)}>
          {t.file.older}
        </Button>
      )}
    </div>
  )
}
