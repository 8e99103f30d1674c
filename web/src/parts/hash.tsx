/** An id or a hash: its beginning to recognise it by, the whole of it on hover and to copy. */
import { t } from '../texts.ts'
import { CopyButton } from './copyButton.tsx'

export function Hash({ text, what = t.copy.hash, whole = false }: { text: string; what?: string; whole?: boolean }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className={`font-mono text-[13px] ${whole ? 'break-all' : 'whitespace-nowrap'}`} title={text}>
        {whole || text.length <= 14 ? text : `${text.slice(0, 12)}…`}
      </code>
      <CopyButton text={text} what={what} />
    </span>
  )
}
