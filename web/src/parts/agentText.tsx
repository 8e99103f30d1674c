/**
 * What an agent wrote, as text and nothing else: never markup, never a link,
 * hidden characters by name, letters in the order of their bytes.
 */
import { segments } from './hiddenCharacters.ts'

export function AgentText({ text }: { text: string }) {
  return (
    <span className="agent-text">
      {segments(text).map(({ text: part, name }, at) =>
        name === null ? (
          part
        ) : (
          <mark key={at} className="mx-px rounded bg-warn-soft px-1 font-mono text-[11px] font-semibold text-warn">
            {name}
          </mark>
        ),
      )}
    </span>
  )
}
