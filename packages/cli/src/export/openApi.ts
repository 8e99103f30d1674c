/**
 * The public API as a command asks it: address and key from the flags, the
 * environment or `demo.json`.
 */
import { findAccess } from '../replay/credentials/access.ts'
import { Api } from '../replay/client/api.ts'
import { Connection } from '../replay/client/connection.ts'

export interface ApiFlags {
  readonly url?: string
  readonly home?: string
  readonly key?: string
  readonly tenant?: string
}

/** @throws CannotAsk when there is no key to ask with. */
export async function openApi(flags: ApiFlags): Promise<{ api: Api; close(): Promise<void> }> {
  const access = await findAccess({
    home: flags.home ?? process.env['MUSTER_HOME'] ?? '.muster',
    url: flags.url ?? null,
    // A key on the command line is seen by everybody on the machine; the environment is not.
    key: flags.key ?? process.env['MUSTER_API_KEY'] ?? null,
    tenant: flags.tenant ?? null,
    owner: null,
  })
  const connection = new Connection(access.url, 2)
  return { api: new Api(connection, access.key, { requests: 0, retries: 0 }), close: () => connection.close() }
}
