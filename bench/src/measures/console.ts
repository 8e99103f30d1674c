/**
 * (g) The console over ten thousand agents: scrolling, memory, and how soon a
 * screen that was seen before is there again.
 *
 * Frames are counted beside a page that is nothing but a tall list of plain
 * text on the same machine: what a browser without a graphics card can do here.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type CDPSession, type Page } from '@playwright/test'
import { startChild } from '../child.ts'

export interface ConsoleFigures {
  agents: number
  /** Frames a second while the wheel turns: over the directory, and over plain text. */
  framesPerSecond: { directory: number; plainText: number }
  /** Share of frames that came later than one and a half of the plain page's usual interval. */
  late: { directory: number; plainText: number }
  /** Rows in the document at most, whatever was scrolled past. */
  rowsMax: number
  /** Bytes after a collection: with everything fetched and passed once, and after passing it all again. */
  heap: { first: number; again: number }
  domNodes: { first: number; again: number }
  /** Median of the time from the key to the frame with the new screen. Milliseconds. */
  routeChangeMs: number
}

interface Ready {
  url: string
  user: { email: string; password: string }
}

const usual = '/usr/bin/chromium'
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const viewport = { width: 1440, height: 900 }
/** Turns of the wheel for one figure, each a notch of 120 pixels. */
const notches = 150
const fetchLimitMs = 180_000
const changes = 15
/** A change that takes longer is none. Milliseconds. */
const changeLimitMs = 10_000

export async function measureConsole(agents: number): Promise<ConsoleFigures> {
  const home = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const platform = await startChild<Ready>('./consoleChild.ts', [home, String(agents)])
  const executablePath = process.env['MUSTER_CHROMIUM'] ?? (existsSync(usual) ? usual : undefined)
  const browser = await chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) })
  try {
    const plainText = await plainScroll(await browser.newPage({ viewport }))
    const page = await browser.newPage({ viewport })
    await signIn(page, platform.ready)
    const routeChangeMs = await routeChange(page)
    const grid = page.getByRole('grid', { name: 'Agents' })
    await grid.getByRole('row').nth(3).waitFor()
    const tool = await page.context().newCDPSession(page)
    await tool.send('Performance.enable')
    await passAll(page, agents)
    const first = await memory(tool)
    await page.mouse.move(900, 500)
    const directory = await wheel(page)
    const rowsMax = Math.max(await passAll(page, agents), directory.rows)
    const again = await memory(tool)
    return {
      agents,
      framesPerSecond: { directory: directory.perSecond, plainText: plainText.perSecond },
      late: { directory: directory.late, plainText: plainText.late },
      rowsMax,
      heap: { first: first.heap, again: again.heap },
      domNodes: { first: first.nodes, again: again.nodes },
      routeChangeMs,
    }
  } finally {
    await browser.close()
    await platform.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

async function signIn(page: Page, { url, user }: Ready): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail').fill(user.email)
  await page.getByLabel('Password').fill(user.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Screens' }).waitFor()
}

/** Scrolls until the last agent was seen; the most rows there were in the document. */
async function passAll(page: Page, agents: number): Promise<number> {
  const until = Date.now() + fetchLimitMs
  const grid = page.getByRole('grid', { name: 'Agents' })
  const last = grid.getByText(`agent-${String(agents - 1).padStart(5, '0')}`)
  let rows = 0
  await grid.evaluate((element) => element.scrollTo({ top: 0 }))
  while ((await last.count()) === 0) {
    if (Date.now() > until) throw new Error(`the list did not end within ${fetchLimitMs / 1000} s`)
    // A few windows at a time, as a hand on the scroll bar.
    await grid.evaluate((element) => element.scrollTo({ top: element.scrollTop + 20 * element.clientHeight }))
    await page.waitForTimeout(30)
    rows = Math.max(rows, await grid.getByRole('row').count())
  }
  await grid.evaluate((element) => element.scrollTo({ top: 0 }))
  return rows
}

/** Turns the wheel over the page and looks at every frame meanwhile. */
async function wheel(page: Page): Promise<{ perSecond: number; late: number; rows: number }> {
  await page.evaluate(() => {
    const seen = globalThis as unknown as { frames: number[]; stop: boolean }
    seen.frames = []
    seen.stop = false
    const look = (at: number): void => {
      seen.frames.push(at)
      if (!seen.stop) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  for (let notch = 0; notch < notches; notch++) await page.mouse.wheel(0, 120)
  const frames = await page.evaluate(() => {
    const seen = globalThis as unknown as { frames: number[]; stop: boolean }
    seen.stop = true
    return seen.frames
  })
  const gaps = frames.slice(1).map((at, index) => at - frames[index]!)
  const usualGap = 1000 / 60
  return {
    perSecond: (gaps.length / (frames.at(-1)! - frames[0]!)) * 1000,
    late: gaps.filter((gap) => gap > 1.5 * usualGap).length / gaps.length,
    rows: await page.getByRole('row').count(),
  }
}

async function plainScroll(page: Page): Promise<{ perSecond: number; late: number }> {
  const lines = Array.from({ length: 2_000 }, (_, n) => `<div>agent ${n}</div>`).join('')
  await page.setContent(`<body style="font: 14px sans-serif; line-height: 40px">${lines}</body>`)
  await page.mouse.move(900, 500)
  try {
    return await wheel(page)
  } finally {
    await page.close()
  }
}

async function memory(tool: CDPSession): Promise<{ heap: number; nodes: number }> {
  await tool.send('HeapProfiler.collectGarbage')
  const { metrics } = await tool.send('Performance.getMetrics')
  const value = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { heap: value('JSHeapUsedSize'), nodes: value('Nodes') }
}

/** Back and forth between two screens that were both seen; ends on the directory. */
async function routeChange(page: Page): Promise<number> {
  const times: number[] = []
  await page.getByRole('heading', { name: /^Workforce/, level: 1 }).waitFor()
  // Both are seen once before anything is measured.
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.getByRole('grid', { name: 'Agents' }).getByRole('row').nth(3).waitFor()
  for (let turn = 0; turn < 2 * changes; turn++) {
    const { key, title } = turn % 2 === 0 ? { key: 'w', title: 'Workforce' } : { key: 'd', title: 'Agents' }
    await page.evaluate(
      ([heading, limit]) => {
        const seen = globalThis as unknown as { change: Promise<number> }
        seen.change = new Promise((resolve) => {
          addEventListener(
            'keydown',
            function began(event) {
              if (event.key === 'g') return
              removeEventListener('keydown', began, { capture: true })
              const at = performance.now()
              const look = (): void => {
                const took = performance.now() - at
                if (document.querySelector('h1')?.textContent?.startsWith(heading) === true || took > limit)
                  resolve(took)
                else requestAnimationFrame(look)
              }
              look()
            },
            { capture: true },
          )
        })
      },
      [title, changeLimitMs] as const,
    )
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    const took = await page.evaluate(() => (globalThis as unknown as { change: Promise<number> }).change)
    if (took > changeLimitMs) throw new Error(`the console did not go to ${title}`)
    // The first of each was not warm.
    if (turn > 1) times.push(took)
    await page.waitForTimeout(100)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}
