/**
 * A program that starts PostgreSQL on the folder it is given and holds it until
 * it is killed: what the fault tests kill. Prints one line of JSON when ready.
 */
import { startPostgres } from './startPostgres.ts'

const home = process.argv[2]
if (home === undefined) throw new Error('usage: holdPostgres.ts HOME')
const running = await startPostgres({ home })
process.stdout.write(`${JSON.stringify({ pid: running.pid, url: running.superuserUrl })}\n`)
setInterval(() => {}, 60_000)
