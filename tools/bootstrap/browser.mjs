/**
 * A Chromium for the journeys in `e2e/`: the one that is there, else
 * Playwright's, else Debian's package when we may install it. When none can be
 * had the journeys count as failed, with a sentence on what to do: a test that
 * did not run is not a test that passed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { environment, root } from './place.mjs'
import { Sentence } from './sentence.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const downloadLimitMs = 240_000
const packageLimitMs = 300_000

/** True when `path` is a browser that starts (some systems have a stub that only asks to install one). */
function runs(path) {
  return existsSync(path) && spawnSync(path, ['--version'], { timeout: 20_000, stdio: 'ignore' }).status === 0
}

function onThisMachine() {
  const folders = (process.env.PATH || '').split(delimiter)
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...fixedPlaces]
  return candidates.find(runs)
}

function playwrights() {
  try {
    const path = createRequire(join(root, 'e2e', 'package.json'))('@playwright/test').chromium.executablePath()
    return path && runs(path) ? path : undefined
  } catch {
    return undefined // not downloaded
  }
}

function run(program, args, limitMs, extra = {}) {
  return (
    spawnSync(program, args, {
      cwd: root,
      env: environment(extra),
      timeout: limitMs,
      stdio: ['ignore', 'ignore', 'ignore'],
    }).status === 0
  )
}

/** Path of a Chromium that starts; throws a `Sentence` when none can be had. */
export function findBrowser(node) {
  const asked = process.env.MUSTER_CHROMIUM
  if (asked) {
    if (runs(asked)) return asked
    throw new Sentence(
      `\`MUSTER_CHROMIUM\` names \`${asked}\`, which is not a browser that starts: correct it or unset it`,
    )
  }
  const there = onThisMachine() || playwrights()
  if (there) return there
  console.log('muster: no Chromium here: trying the one that Playwright offers')
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  run(node, [playwright, 'install', 'chromium'], downloadLimitMs, { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '' })
  const downloaded = playwrights()
  if (downloaded) return downloaded
  if (process.getuid?.() === 0 && run('apt-get', ['--version'], 10_000)) {
    console.log("muster: Playwright offers none here: installing the system's package `chromium`")
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['update'], packageLimitMs, quiet)
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], packageLimitMs, quiet)
    const installed = onThisMachine()
    if (installed) return installed
  }
  throw new Sentence(
    'no Chromium can be had: install one (`apt-get install chromium`, or `npx playwright install --with-deps chromium`), or name one in `MUSTER_CHROMIUM`, then run the tests again',
  )
}
