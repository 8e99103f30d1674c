/** What an agent may use: its grants, live or all of them, given and revoked here. */
import { useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../../frame/search.ts'
import { useHasCapability } from '../../frame/viewer.ts'
import { AgentText } from '../../parts/agentText.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/states.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { AgentFile } from '../agentFile.ts'
import { accessQuery, type FullGrant } from './documents.ts'
import { GiveDialog, RevokeDialog } from './grantDialogs.tsx'
import { Loaded } from './loaded.tsx'

const route = getRouteApi('/inside/agents/$agentId')

export function Access({ agent }: { agent: AgentFile }) {
  const { ended } = route.useSearch()
  const navigate = route.useNavigate()
  const withEnded = ended === 'yes'
  const [{ data, error }, again] = useQuery({ query: accessQuery, variables: { id: agent.id, ended: withEnded } })
  const [giving, setGiving] = useState(false)
  const [revoking, setRevoking] = useState<FullGrant | null>(null)
  const mayWrite = useHasCapability('grants:write')
  const why = mayWrite ? null : t.needs('grants:write')
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  return (
    <>
      <div className="flex gap-2">
        <Button size="small" why={why} onClick={() => setGiving(true)}>
          {t.file.give}
        </Button>
        <Button
          size="small"
          look="quiet"
          aria-pressed={withEnded}
          onClick={() =>
            void navigate({
              search: (before) => present({ ...before, ended: withEnded ? undefined : ('yes' as const) }),
            })
          }
        >
          {withEnded ? t.file.hideEnded : t.file.showEnded}
        </Button>
      </div>
      <Loaded data={data} error={error} onRetry={refresh}>
        {({ agent: found }) =>
          found?.grants === null || found === null ? (
            <Empty title={t.file.grantsHidden}>{t.file.needs('grants:read')}</Empty>
          ) : (
            <Table
              title={t.file.grants}
              untitled
              columns={[
                t.file.tool,
                t.file.action,
                t.file.mutates,
                t.file.given,
                t.file.expires,
                t.file.lastUsed,
                t.file.acts,
              ]}
              empty={t.file.noGrants}
              rows={found.grants.map((grant) => ({
                key: grant.id,
                cells: [
                  <code className="font-mono text-[13px]">
                    <AgentText text={grant.tool} />
                  </code>,
                  grant.action === null ? (
                    <em>{t.file.everyAction}</em>
                  ) : (
                    <code className="font-mono text-[13px]">
                      <AgentText text={grant.action} />
                    </code>
                  ),
                  grant.mutates ? t.file.yes : t.file.no,
                  <Given grant={grant} />,
                  <Ends grant={grant} />,
                  grant.lastUsedAt === null ? t.file.never : <Ago instant={grant.lastUsedAt} />,
                  <Button
                    size="small"
                    why={why ?? (grant.revokedAt === null ? null : t.file.revoked)}
                    aria-label={`${t.file.revoke} ${nameOf(grant)}`}
                    onClick={() => setRevoking(grant)}
                  >
                    {t.file.revoke}
                  </Button>,
                ],
              }))}
            />
          )
        }
      </Loaded>
      {giving && <GiveDialog agent={agent} onClose={closing(() => setGiving(false), refresh)} />}
      {revoking !== null && (
        <RevokeDialog
          grantId={revoking.id}
          name={nameOf(revoking)}
          onClose={closing(() => setRevoking(null), refresh)}
        />
      )}
    </>
  )
}

const nameOf = ({ tool, action }: FullGrant): string => (action === null ? tool : `${tool} · ${action}`)

const closing =
  (...steps: readonly (() => void)[]): (() => void) =>
  () => {
    for (const step of steps) step()
  }

function Given({ grant: { grantedAt, grantor } }: { grant: FullGrant }) {
  return (
    <>
      <Ago instant={grantedAt} />
      {grantor !== null && <span className="block text-muted">{grantor.displayName ?? grantor.email}</span>}
    </>
  )
}

function Ends({ grant: { expiresAt, revokedAt } }: { grant: FullGrant }) {
  if (revokedAt !== null) {
    return (
      <>
        <Badge>{t.file.revoked}</Badge> <Ago instant={revokedAt} />
      </>
    )
  }
  if (expiresAt === null) return t.file.untilRevoked
  if (Date.parse(expiresAt) > Date.now()) return <Ago instant={expiresAt} />
  return (
    <>
      <Badge>{t.file.expired}</Badge> <Ago instant={expiresAt} />
    </>
  )
}
