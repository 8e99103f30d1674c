/** Offering an agent to another team: it moves when that side accepts. */
import { useState } from 'react'
import { gql, useQuery } from 'urql'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Select } from '../parts/select.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { unitsQuery } from './documents.ts'

interface Offered {
  __typename: 'TransferOffered'
  offer: { id: string }
  receipt: { id: string; seq: string }
}

const offerTransfer = gql<{ offered: Offered | RefusedResult }, { input: { agentId: string; toTeamId: string } }>`
  mutation consoleOfferTransfer($input: OfferTransferInput!) {
    offered: offerTransfer(input: $input) {
      __typename
      ... on TransferOffered {
        offer {
          id
        }
        receipt {
          id
          seq
        }
      }
      ... on Refused {
        code
        message
      }
    }
  }
`
const offered = (data: { offered: Offered | RefusedResult }): Offered | RefusedResult => data.offered

interface Props {
  agent: { id: string; displayName: string; team: { id: string } | null }
  onClose: () => void
}

export function MoveDialog({ agent, onClose }: Props) {
  const [{ data }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const [team, setTeam] = useState('')
  const [asked, setAsked] = useState(false)
  const [state, run] = useAct(offerTransfer, offered)
  const teams = (data?.orgUnits ?? []).filter(({ kind, id }) => kind === 'TEAM' && id !== agent.team?.id)
  const send = async (): Promise<void> => {
    setAsked(true)
    if (team === '' || state.state === 'recording' || state.state === 'done') return
    await run({ input: { agentId: agent.id, toTeamId: team } })
  }
  return (
    <Dialog title={t.move.title(agent.displayName)} onClose={onClose} onConfirm={() => void send()}>
      {state.state === 'done' ? (
        <>
          <RecordedNote words={t.move.done} seq={state.result.receipt.seq} />
          <Button className="mt-4" onClick={onClose} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          <p className="mb-4 text-muted">{t.move.effect}</p>
          <Select
            label={t.move.team}
            value={team}
            options={[
              { value: '', label: t.move.choose },
              ...teams.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onValue={setTeam}
          />
          {asked && team === '' && (
            <p role="alert" className="mt-1 text-bad">
              {t.move.needed}
            </p>
          )}
          {state.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={state.failure} />
            </div>
          )}
          <div className="mt-4 flex gap-3">
            <Button look="primary" busy={state.state === 'recording'} onClick={() => void send()}>
              {t.move.submit}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
