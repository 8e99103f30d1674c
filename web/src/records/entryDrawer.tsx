/** One entry opened: the canonical body exactly as hashed, and the hashes that chain it. */
import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { AgentText } from '../parts/agentText.tsx'
import { CopyButton } from '../parts/copyButton.tsx'
import { Hash } from '../parts/hash.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Stamp } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { entryAtQuery, entryQuery, type Entry } from './documents.ts'
import { Proof } from './proof.tsx'

interface Props {
  /** As the list has it. */
  entry: Entry | undefined
  /** Of a receipt that is not among the rows loaded so far. */
  id: string | undefined
  /** Its number, when that is all that is known. */
  seq?: string | undefined
}

export function EntryDrawer({ entry, id, seq }: Props) {
  const byId = entry === undefined && id !== undefined
  const bySeq = entry === undefined && id === undefined && seq !== undefined && /^[1-9]\d{0,15}$/.test(seq)
  const [named] = useQuery({ query: entryQuery, variables: { id: id ?? '' }, pause: !byId })
  const [placed] = useQuery({ query: entryAtQuery, variables: { seq: seq ?? '0' }, pause: !bySeq })
  const { error, fetching } = byId ? named : placed
  const found = byId ? named.data?.receipt : bySeq ? placed.data?.ledger.nodes[0] : undefined
  const shown = entry ?? found ?? undefined
  const isAsked = byId || bySeq
  return (
    <aside
      aria-label={shown === undefined ? t.records.body : t.records.entry(shown.seq)}
      tabIndex={0}
      className="min-h-0 overflow-y-auto border-l border-line"
    >
      {shown !== undefined ? (
        <Opened key={shown.seq} entry={shown} />
      ) : isAsked && error !== undefined ? (
        <div className="p-4">
          <FailureNote failure={asFailure(error)} />
        </div>
      ) : isAsked && fetching ? (
        <Loading />
      ) : (
        <Empty title={isAsked ? t.failure.nowhere : t.records.pick} />
      )}
    </aside>
  )
}

function Opened({ entry }: { entry: Entry }) {
  const { body, occurredAt, type } = entry
  return (
    <div className="p-4">
      <h2 className="font-semibold">{t.records.entry(entry.seq)}</h2>
      <dl className="my-3 flex flex-col gap-2">
        {type !== null && <Fact name={t.records.type}>{<span className="font-mono text-[13px]">{type}</span>}</Fact>}
        {occurredAt !== null && (
          <Fact name={t.records.when}>
            <Stamp instant={occurredAt} />
          </Fact>
        )}
        <Fact name={t.records.leaf}>
          <Hash text={entry.leafHash} whole />
        </Fact>
        <Fact name={t.records.previous}>
          <Hash text={entry.previousLink} whole />
        </Fact>
        <Fact name={t.records.link}>
          <Hash text={entry.link} whole />
        </Fact>
      </dl>
      <Proof entry={entry} />
      {body === null ? (
        <p className="text-muted">{t.records.hiddenHint}</p>
      ) : (
        <>
          <p className="flex items-center gap-1 text-[12.5px] text-muted">
            {t.records.body} <CopyButton text={body} what={t.copy.text} />
          </p>
          <p className="mt-1 rounded-md border border-line bg-surface p-3 font-mono text-[13px] whitespace-pre-wrap">
            <AgentText text={JSON.stringify(JSON.parse(body), null, 2)} />
          </p>
        </>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
