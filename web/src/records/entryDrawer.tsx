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
import { entryQuery, type Entry } from './documents.ts'

/** @param id of a receipt that is not among the rows loaded so far. */
export function EntryDrawer({ entry, id }: { entry: Entry | undefined; id: string | undefined }) {
  const pause = entry !== undefined || id === undefined
  const [{ data, error, fetching }] = useQuery({ query: entryQuery, variables: { id: id ?? '' }, pause })
  const shown = entry ?? (pause ? undefined : (data?.receipt ?? undefined))
  return (
    <aside
      aria-label={shown === undefined ? t.records.body : t.records.entry(shown.seq)}
      tabIndex={0}
      className="min-h-0 overflow-y-auto border-l border-line"
    >
      {shown !== undefined ? (
        <Opened entry={shown} />
      ) : !pause && error !== undefined ? (
        <div className="p-4">
          <FailureNote failure={asFailure(error)} />
        </div>
      ) : !pause && fetching ? (
        <Loading />
      ) : (
        <Empty title={pause ? t.records.pick : t.failure.nowhere} />
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
