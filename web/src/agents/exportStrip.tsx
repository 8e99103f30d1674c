/** The list as a CSV file: begun by a button, made beside the page, fetched part by part when it is ready. */
import { useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useClient, useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Ago } from '../parts/time.tsx'
import { tell, tellFailure } from '../parts/toast.tsx'
import { t } from '../texts.ts'
import type { AgentFilter } from './directoryFilter.ts'
import { exportPartQuery, exportQuery, startExport, type ExportStarted } from './exportDocuments.ts'
import { useEvery } from './useEvery.ts'

const route = getRouteApi('/inside/agents')
const lookEveryMs = 700

const started = (data: { started: ExportStarted | RefusedResult }): ExportStarted | RefusedResult => data.started

interface ButtonProps {
  filter: AgentFilter
  why: string | null
  onStarted: (exportId: string) => void
}

export function ExportButton({ filter, why, onStarted }: ButtonProps) {
  const [state, run] = useAct(startExport, started)
  const begin = async (): Promise<void> => {
    const answer = await run({ input: { filter } })
    if (answer.state === 'done') onStarted(answer.result.agentExport.id)
    if (answer.state === 'refused') tellFailure(answer.failure)
  }
  return (
    <Button size="small" look="quiet" why={why} busy={state.state === 'recording'} onClick={() => void begin()}>
      {t.csv.start}
    </Button>
  )
}

export function ExportStrip({ onDismiss }: { onDismiss: () => void }) {
  const { file } = route.useSearch()
  return file === undefined ? null : <Strip key={file} id={file} onDismiss={onDismiss} />
}

function Strip({ id, onDismiss }: { id: string; onDismiss: () => void }) {
  const [{ data, fetching }, again] = useQuery({
    query: exportQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const made = data?.agentExport
  useEvery(lookEveryMs, made?.state === 'RUNNING', () => again({ requestPolicy: 'network-only' }))
  if (data === undefined && fetching) return null
  const isReady = made?.state === 'DONE' && made.parts > 0
  return (
    <section className="flex flex-wrap items-center gap-3 border-t border-line bg-raised px-6 py-2">
      <p role="status">
        {made?.state === 'RUNNING'
          ? t.csv.progress(made.done, made.total)
          : isReady
            ? t.csv.ready(made.total)
            : made?.state === 'FAILED'
              ? t.csv.failed
              : t.csv.gone}
        {isReady && made.expiresAt !== null && (
          <span className="ml-2 text-[12.5px] text-muted">
            {t.csv.until} <Ago instant={made.expiresAt} />
          </span>
        )}
      </p>
      {made?.state === 'RUNNING' && (
        <progress aria-label={t.csv.start} max={made.total} value={made.done} className="h-2 w-48 accent-accent-fill" />
      )}
      {isReady && <Download id={id} parts={made.parts} />}
      <Button size="small" look="quiet" onClick={onDismiss}>
        {t.csv.dismiss}
      </Button>
    </section>
  )
}

function Download({ id, parts }: { id: string; parts: number }) {
  const client = useClient()
  const [isFetching, setIsFetching] = useState(false)
  const download = async (): Promise<void> => {
    setIsFetching(true)
    try {
      const texts: string[] = []
      for (let number = 1; number <= parts; number += 1) {
        const { data, error } = await client
          .query(exportPartQuery, { id, number }, { requestPolicy: 'network-only' })
          .toPromise()
        if (error !== undefined) return tellFailure(asFailure(error))
        const text = data?.agentExport?.part ?? null
        if (text === null) return tell(t.csv.gone)
        texts.push(text)
      }
      save(texts, `agents-${new Date().toISOString().slice(0, 10)}.csv`)
    } finally {
      setIsFetching(false)
    }
  }
  return (
    <Button size="small" look="primary" why={isFetching ? t.csv.downloading : null} onClick={() => void download()}>
      {isFetching ? t.csv.downloading : t.csv.download}
    </Button>
  )
}

/** Hands the browser a file that was put together here; nothing leaves the page for it. */
function save(texts: readonly string[], name: string): void {
  const address = URL.createObjectURL(new Blob([...texts], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
