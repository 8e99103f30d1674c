/** A finding's tags: added and taken off one by one, each change on record. */
import { useState } from 'react'
import { X } from 'lucide-react'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { t } from '../texts.ts'
import { tagChanged, tagFinding } from './acts.ts'

/** As the server takes them. */
const tagPattern = /^[a-z0-9][a-z0-9-]{0,30}$/

interface Props {
  finding: { id: string; tags: readonly string[] }
  /** Why they cannot be changed. */
  why: string | null
  onChanged: () => void
}

export function Tags({ finding: { id, tags }, why, onChanged }: Props) {
  const [text, setText] = useState('')
  const [act, run] = useAct(tagFinding, tagChanged)
  const isTag = tagPattern.test(text)
  const set = async (next: readonly string[]): Promise<void> => {
    const done = await run({ input: { findingId: id, tags: next } })
    if (done.state !== 'done') return
    setText('')
    onChanged()
  }
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex items-center gap-1 rounded-full bg-raised px-2 text-[12.5px]">
          {tag}
          {why === null && (
            <button
              type="button"
              aria-label={t.findings.removeTag(tag)}
              onClick={() => void set(tags.filter((each) => each !== tag))}
              className="text-muted hover:text-ink"
            >
              <X size={12} aria-hidden />
            </button>
          )}
        </span>
      ))}
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault()
          if (isTag && why === null) void set([...tags, text])
        }}
      >
        <input
          aria-label={t.findings.addTag}
          placeholder={t.findings.addTag}
          value={text}
          readOnly={why !== null}
          aria-invalid={text !== '' && !isTag}
          title={why ?? t.findings.tagProblem}
          onChange={(event) => setText(event.target.value)}
          className="h-7 w-28 rounded-md border border-line bg-canvas px-2 text-[13px]"
        />
        <Button
          size="small"
          type="submit"
          why={why ?? (text === '' || isTag ? null : t.findings.tagProblem)}
          busy={act.state === 'recording'}
        >
          {t.findings.add}
        </Button>
      </form>
      {act.state === 'refused' && (
        <span role="alert" className="text-bad">
          {act.failure.words}
        </span>
      )}
    </span>
  )
}
