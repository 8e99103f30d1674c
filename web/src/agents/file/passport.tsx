/** What an agent is known by: its keys, the key its reports are signed with, the pinned manifests of its tools. */
import { useQuery } from 'urql'
import { useHasCapability } from '../../frame/viewer.ts'
import { AgentText } from '../../parts/agentText.tsx'
import { Badge, Status } from '../../parts/badge.tsx'
import { CopyButton } from '../../parts/copyButton.tsx'
import { Hash } from '../../parts/hash.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { AgentFile } from '../agentFile.ts'
import { agentKeysQuery, manifestQuery, passportQuery } from './documents.ts'
import { Loaded } from './loaded.tsx'

/** An agent with more tools than this has them on the Access page. */
const toolsMax = 40

export function Passport({ agent }: { agent: AgentFile }) {
  const [{ data, error }, again] = useQuery({ query: passportQuery, variables: { id: agent.id } })
  const writesAgents = useHasCapability('agents:write')
  const writesKeys = useHasCapability('apikeys:write')
  const seesKeys = writesAgents || writesKeys
  // A refusal would come back as no agent at all, and empty the file.
  const [keys] = useQuery({ query: agentKeysQuery, variables: { id: agent.id }, pause: !seesKeys })
  const tools = [...new Set((agent.grants ?? []).map(({ tool }) => tool))].toSorted().slice(0, toolsMax)
  return (
    <Loaded data={data} error={error} onRetry={() => again({ requestPolicy: 'network-only' })}>
      {({ agent: found }) => (
        <>
          <section aria-label={t.file.publicKey}>
            <h2 className="mb-2 font-semibold">{t.file.publicKey}</h2>
            <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-3">
              {found?.publicKey === null || found === null ? (
                <span className="text-muted">{t.file.noPublicKey}</span>
              ) : (
                <>
                  <code className="font-mono text-[13px] break-all">{found.publicKey}</code>
                  <CopyButton text={found.publicKey} what={t.copy.text} />
                </>
              )}
            </p>
          </section>
          <Table
            title={t.file.keys}
            columns={[t.file.label, t.file.prefix, t.file.state, t.file.created, t.file.expires, t.file.lastKeyUse]}
            empty={!seesKeys ? t.file.keysHidden : keys.fetching ? t.loading : t.file.noKeys}
            rows={(keys.data?.agent?.apiKeys ?? []).map((key) => ({
              key: key.id,
              cells: [
                key.label,
                <Hash text={key.prefix} what={t.copy.id} />,
                <Badge tone={key.isActive ? 'good' : 'plain'}>{key.isActive ? t.file.active : t.file.inactive}</Badge>,
                <Ago instant={key.createdAt} />,
                key.expiresAt === null ? t.file.never : <Ago instant={key.expiresAt} />,
                key.lastUsedAt === null ? t.file.never : <Ago instant={key.lastUsedAt} />,
              ],
            }))}
          />
          <section aria-label={t.file.manifests}>
            <h2 className="mb-2 font-semibold">{t.file.manifests}</h2>
            {tools.length === 0 ? (
              <p className="rounded-lg border border-line bg-surface px-4 py-3 text-muted">{t.file.noManifests}</p>
            ) : (
              <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
                {tools.map((tool) => (
                  <Manifest key={tool} tool={tool} />
                ))}
              </ul>
            )}
          </section>
        </>
      )}
    </Loaded>
  )
}

function Manifest({ tool }: { tool: string }) {
  const [{ data, error }] = useQuery({ query: manifestQuery, variables: { tool }, requestPolicy: 'cache-first' })
  const manifest = data?.manifest
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <code className="min-w-40 font-mono text-[13px]">
        <AgentText text={tool} />
      </code>
      {manifest ? (
        <>
          <Status code={manifest.state} />
          <span>
            {t.file.version} {manifest.version}
          </span>
          <span className="text-muted">
            {t.file.server} <AgentText text={manifest.server} />
          </span>
          <span className="text-muted">
            {t.file.mutates}: {manifest.mutates ? t.file.yes : t.file.no}
          </span>
          <span className="ml-auto">
            <Hash text={manifest.hash} />
          </span>
        </>
      ) : data !== undefined || error !== undefined ? (
        <span className="text-muted">{t.file.noManifests}</span>
      ) : (
        <span className="skeleton h-5 w-40" />
      )}
    </li>
  )
}
