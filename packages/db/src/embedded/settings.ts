/**
 * How PostgreSQL is run: durable, private, and silent about what it stores.
 *
 * INVARIANT (no payload in the logs): `log_min_messages=log` leaves out the
 * errors a statement provokes, whose text may quote a value; no statement and
 * no parameter is ever written.
 * INVARIANT (durable): a commit that was answered is on disk. `durable: false`
 * exists for tests that do not test it.
 */
export type Settings = Readonly<Record<string, string>>

const always: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  max_connections: '100',
  shared_buffers: '128MB',
  jit: 'off', // short statements only: compiling them costs more than running them
  timezone: 'UTC',
  lc_messages: 'C', // its words are read by `explainStartError`
  logging_collector: 'on',
  log_destination: 'stderr',
  log_filename: 'postgresql-%a.log', // a ring of seven days
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_file_mode: '0600',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

const durable: Settings = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
const fleeting: Settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }

/** Command-line flags: they win over any file in the data folder, so every start runs the same settings. */
export function settingFlags(isDurable: boolean, extra: Settings): string[] {
  const all = { ...always, ...(isDurable ? durable : fleeting), ...extra }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Who may connect: everyone by password (SCRAM), from this machine only, nobody for replication. */
export const accessRules = `# Written at every start.
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
`
