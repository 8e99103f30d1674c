/**
 * The steps of a test run: each runs one program, takes its time, and says how
 * much of it passed. What went wrong is shown where it happened; the totals
 * come at the end.
 */
import { spawn } from 'node:child_process'
import { environment, root } from './place.mjs'

export const tally = { passed: 0, failed: 0, skipped: 0 }

/** The children that run now; an interrupted run ends them. */
const running = new Set()

/** Runs a program; resolves its exit status and what it wrote (nothing when `isShown`: then it writes for itself). */
export function execute(program, args, { isShown = false, extra = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const stdio = isShown ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']
    const child = spawn(program, args, { cwd, env: environment({ CI: 'true', ...extra }), stdio })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ status: 1, output: `${output}${error.message}` }))
    child.on('close', (status) => {
      running.delete(child)
      resolve({ status: status ?? 1, output })
    })
  })
}

/** Ends what runs; called when the run is interrupted. */
export function endAll() {
  for (const child of running) child.kill('SIGTERM')
}

/**
 * Runs one step and adds to the totals. `work` resolves `{ passed, failed, skipped?, output? }`;
 * a step that throws counts as one failure, so that no step is lost silently.
 */
export async function step(name, work) {
  const began = Date.now()
  let result
  try {
    result = await work()
  } catch (error) {
    result = { passed: 0, failed: 1, output: error.message }
  }
  tally.passed += result.passed
  tally.failed += result.failed
  tally.skipped += result.skipped || 0
  if (result.failed > 0 && result.output) console.log(result.output.trimEnd())
  const verdict = result.failed > 0 ? 'FAILED' : 'ok'
  const counts = result.passed + result.failed > 1 ? `, ${result.passed} passed, ${result.failed} failed` : ''
  console.log(`muster: ${name.padEnd(12)} ${verdict} (${((Date.now() - began) / 1000).toFixed(1)} s${counts})`)
}

/** The result of a step that is one yes or no. */
export const oneOf = ({ status, output }) =>
  status === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output }
