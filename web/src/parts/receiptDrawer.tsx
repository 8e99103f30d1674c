/**
 * A receipt beside what it proves: the canonical body exactly as hashed, and
 * the hashes that chain it. Which one is open stands in the address
 * (`receipt=ID`), so that a line of a file can be sent to somebody else.
 */
import type { ReactNode } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { gql, useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { AgentText } from './agentText.tsx'
import { CopyButton } from './copyButton.tsx'
import { useOpener } from './dialog.tsx'
import { Hash } from './hash.tsx'
import { layer } from './layer.ts'
import { Empty, FailureNote, Loading } from './states.tsx'
import { Stamp } from './time.tsx'

interface Entry {
  id: string
  seq: string
  type: string | null
  occurredAt: string | null
  leafHash: string
  link: string
  previousLink: string
  body: string | null
}

const receiptQuery = gql<{ receipt: Entry | null }, { id: string }>`
  query consoleOneReceipt($id: ID!) {
    receipt(id: $id) {
      id
      seq
      type
      occurredAt
      leafHash
      link
      previousLink
      body
    }
  }
`

/** Opens a receipt on this page, or closes it. */
export function useOpenReceipt(): (id: string | undefined) => void {
  const navigate = useNavigate()
  return (id) =>
    void navigate({
      to: '.',
      search: (before: object) => present({ ...before, receipt: id }),
      replace: id === undefined,
    })
}

/** A sequence number that opens its receipt beside the page. */
export function ReceiptHere({ receipt }: { receipt: { id: string; seq: string } }) {
  return (
    <Link
      to="."
      search={(before: object) => present({ ...before, receipt: receipt.id })}
      aria-label={t.receipt.open(receipt.seq)}
      className="font-mono text-accent hover:underline"
      onClick={(event) => event.stopPropagation()}
    >
      {receipt.seq}
    </Link>
  )
}

/** Stands once on a page whose lines open receipts. */
export function ReceiptDrawer() {
  const { receipt } = useSearch({ strict: false })
  return receipt === undefined ? null : <Drawer id={receipt} />
}

function Drawer({ id }: { id: string }) {
  const close = useOpenReceipt()
  const opener = useOpener()
  const [{ data, error, fetching }] = useQuery({ query: receiptQuery, variables: { id } })
  const entry = data?.receipt ?? null
  return (
    <Base.Root open onOpenChange={(open) => !open && close(undefined)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-[rgb(6_9_14/0.35)]" />
        <Base.Popup
          {...layer}
          finalFocus={opener}
          className="fixed inset-y-0 right-0 flex w-[min(36rem,100vw)] flex-col border-l border-line bg-surface text-ink shadow-xl outline-none"
        >
          <header className="flex min-h-12 items-center gap-2 border-b border-line px-4">
            <Base.Title className="mr-auto font-semibold">
              {entry === null ? t.receipt.title : t.receipt.numbered(entry.seq)}
            </Base.Title>
            {entry !== null && (
              <Link
                to="/records"
                search={{ seq: String(entry.seq), id: entry.id }}
                className="text-accent hover:underline"
              >
                {t.receipt.inLedger}
              </Link>
            )}
            <Base.Close
              aria-label={t.close}
              className="grid size-7 place-items-center rounded text-muted hover:bg-raised hover:text-ink"
            >
              <X size={15} aria-hidden />
            </Base.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0}>
            {entry !== null ? (
              <Opened entry={entry} />
            ) : error !== undefined ? (
              <FailureNote failure={asFailure(error)} />
            ) : fetching ? (
              <Loading />
            ) : (
              <Empty title={t.receipt.hidden}>{t.receipt.hiddenHint}</Empty>
            )}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Opened({ entry: { type, occurredAt, leafHash, previousLink, link, body } }: { entry: Entry }) {
  return (
    <>
      <dl className="mb-4 flex flex-col gap-2">
        {type !== null && <Fact name={t.receipt.type}>{<code className="font-mono text-[13px]">{type}</code>}</Fact>}
        {occurredAt !== null && <Fact name={t.receipt.when}>{<Stamp instant={occurredAt} />}</Fact>}
        <Fact name={t.receipt.leaf}>{<Hash text={leafHash} whole />}</Fact>
        <Fact name={t.receipt.previous}>{<Hash text={previousLink} whole />}</Fact>
        <Fact name={t.receipt.link}>{<Hash text={link} whole />}</Fact>
      </dl>
      {body !== null && (
        <>
          <p className="flex items-center gap-1 text-[12.5px] text-muted">
            {t.receipt.body} <CopyButton text={body} what={t.copy.text} />
          </p>
          <p className="mt-1 rounded-md border border-line bg-canvas p-3 font-mono text-[13px] break-all whitespace-pre-wrap">
            <AgentText text={JSON.stringify(JSON.parse(body), null, 2)} />
          </p>
        </>
      )}
    </>
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
