/**
 * What a killed instance left running on the data folder, ended cleanly.
 *
 * A parent that dies by SIGKILL cannot stop its database; the watchdog does,
 * and when that was killed too, the next start comes here. Nothing is adopted:
 * an orphan is shut down and a new postmaster started.
 *
 * INVARIANT (lock first): only the holder of the instance lock may call this,
 * so a running postmaster here has no living owner.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, isRunning, processesIn, signalProcess, waitUntil } from './processInfo.ts'
import { StartError } from './startError.ts'

const patienceMs = 15_000

function postmasterOf(data: string): number | undefined {
  const path = join(data, 'postmaster.pid')
  if (!existsSync(path)) return undefined
  const pid = Number.parseInt(readFileSync(path, 'utf8').split('\n')[0] ?? '', 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

/** Ends every PostgreSQL process left on `data`; throws a `StartError` if one will not go. */
export async function endOrphans(data: string, onLog: (line: string) => void): Promise<void> {
  const postmaster = postmasterOf(data)
  if (postmaster !== undefined && isRunning(postmaster)) {
    if (commandOf(postmaster).includes(data)) {
      onLog(`a database left by an instance that was killed still runs (process ${postmaster}): stopping it`)
      signalProcess(postmaster, 'SIGINT')
      if (!(await waitUntil(() => !isRunning(postmaster), patienceMs))) signalProcess(postmaster, 'SIGQUIT')
      await waitUntil(() => !isRunning(postmaster), patienceMs)
    } else {
      // The id belongs to somebody else by now; PostgreSQL would refuse to start over it.
      rmSync(join(data, 'postmaster.pid'), { force: true })
    }
  }
  // Children whose postmaster was killed leave by themselves, at the latest when told to.
  const isEmpty = (): boolean => processesIn(data).length === 0
  if (await waitUntil(isEmpty, 2_000)) return
  for (const pid of processesIn(data)) signalProcess(pid, 'SIGKILL')
  if (!(await waitUntil(isEmpty, patienceMs))) {
    throw new StartError(
      `processes \`${processesIn(data).join(', ')}\` still use \`${data}\`: stop them, then start again`,
    )
  }
}
