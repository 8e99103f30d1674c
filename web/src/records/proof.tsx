/** What vouches for one entry, checked in this browser, and the file that proves it elsewhere. */
import { useQuery as useFetched } from '@tanstack/react-query'
import { useQuery } from 'urql'
import { Badge, type Tone } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copyButton.tsx'
import { t } from '../texts.ts'
import { coverageOf, type Coverage } from './coverage.ts'
import { coverageQuery, type Entry } from './documents.ts'
import { publishedKeys, signerOf } from './publishedKeys.ts'

export function Proof({ entry }: { entry: Entry }) {
  const [{ data, error }] = useQuery({
    query: coverageQuery,
    variables: { seq: entry.seq },
    requestPolicy: 'network-only',
  })
  const origin = data?.ledgerHead.origin ?? ''
  const { data: keys } = useFetched({
    queryKey: ['publishedKeys', origin],
    queryFn: () => publishedKeys(origin),
    enabled: origin !== '',
  })
  if (error !== undefined && data === undefined) return null
  if (data === undefined || keys === undefined) {
    return <div role="status" aria-label={t.loading} className="skeleton my-3 h-16" />
  }
  const { checkpoint } = data.ledgerHead
  const coverage = coverageOf(entry, data.inclusionProof, checkpoint, origin, keys)
  const [tone, badge, words] = wordsOf(coverage, checkpoint === null ? null : signerOf(checkpoint, keys))
  const file = `${origin.slice(-32)}-${entry.seq}-${entry.seq}.muster-proof`
  const command = `npx muster verify ${file}`
  return (
    <section aria-label={t.records.proof} className="my-4 rounded-md border border-line bg-surface p-3">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{t.records.proof}</span>
        <Badge tone={tone}>{badge}</Badge>
      </p>
      <p className="mt-1">{words}</p>
      {coverage.state === 'covered' && (
        <>
          <p className="mt-2">
            <a
              href={`/ledger/${encodeURIComponent(origin)}/proof?first=${entry.seq}&last=${entry.seq}`}
              download={file}
              className="text-accent hover:underline"
            >
              {t.records.download}
            </a>
          </p>
          <p className="mt-1 text-[12.5px] text-muted">{t.records.command}</p>
          <p className="flex items-center gap-1">
            <code className="min-w-0 font-mono text-[12.5px] break-all">{command}</code>
            <CopyButton text={command} what={t.copy.text} />
          </p>
        </>
      )}
    </section>
  )
}

function wordsOf(coverage: Coverage, signer: string | null): [tone: Tone, badge: string, words: string] {
  switch (coverage.state) {
    case 'covered':
      return coverage.signed
        ? ['good', t.records.state.intact, t.records.covered(coverage.size, coverage.length, signer ?? t.none)]
        : ['warn', t.records.state.idle, t.records.coveredUnsigned(coverage.size, coverage.length)]
    case 'uncovered':
      return ['plain', t.records.state.idle, t.records.uncovered]
    case 'failed':
      return ['bad', t.records.state.broken, t.records.uncoveredBecause[coverage.why]]
  }
}
