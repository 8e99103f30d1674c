/** The head of a printed page: whose numbers, over what time, counted when, at which head of the ledger. */
import { useQuery } from 'urql'
import { useHasCapability, useViewer } from '../frame/viewer.ts'
import { t } from '../texts.ts'
import { anchorQuery, type Summary } from './documents.ts'

const instant = (text: string): string => new Date(text).toISOString().replace('T', ' ').replace('Z', '')

export function Evidence({ summary }: { summary: Summary }) {
  const viewer = useViewer()
  const mayRead = useHasCapability('ledger:read')
  const [{ data }] = useQuery({ query: anchorQuery, variables: {}, pause: !mayRead })
  const head = data?.ledgerHead
  const { evidence } = t.workforce
  const facts = [
    [evidence.tenant, viewer?.tenant.name],
    [evidence.scope, summary.orgUnit?.name ?? t.workforce.everything],
    [evidence.window, `${instant(summary.from)} – ${instant(summary.until)}`],
    [evidence.counted, instant(summary.asOf)],
    [evidence.by, viewer?.displayName ?? viewer?.email ?? viewer?.id],
    [evidence.head, head?.seq ?? evidence.unread],
    [evidence.root, head?.rootHash ?? evidence.unread],
    [evidence.origin, head?.origin ?? evidence.unread],
  ] as const
  return (
    <section aria-label={evidence.title} className="hidden print:block">
      <h1 className="mb-2 text-xl font-semibold">{evidence.title}</h1>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 border-y border-line py-2">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono text-[12px] break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
