/** Copies an id or a hash, whole. */
import { useState } from 'react'
import { Check, Copy } from 'lucide-react'
import { t } from '../texts.ts'

const shownForMs = 1_500

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), shownForMs)
  }
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={copied ? t.copy.done : what}
      title={copied ? t.copy.done : what}
      className="inline-grid size-6 shrink-0 place-items-center rounded text-muted hover:bg-raised hover:text-ink"
    >
      <Icon size={14} aria-hidden />
    </button>
  )
}
