/**
 * `npm run screenshots`: the pictures of `docs/images`, in both themes, taken
 * on a platform started for them. Whoever changes a screen runs it and looks.
 *
 *   npm run screenshots              all of them
 *   npm run screenshots -- ledger    one
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from '@playwright/test'
import config from '../../playwright.config.ts'
import { signIn } from '../platform/console.ts'
import { demo } from '../platform/demo.ts'
import start from '../platform/start.ts'
import { screens, type Screen } from './screens.ts'

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url))
const size = { width: 1440, height: 900 }
/** A page with seven of them loads on a telephone. Bytes. */
const bytesMax = 150 * 1_024
/** Tried in this order until the picture fits. */
const qualities = [90, 82, 74, 66, 58]
/** For charts to be drawn and fonts to settle. Milliseconds. */
const settleMs = 700

async function take(browser: Browser, { name, as, open }: Screen, colorScheme: 'light' | 'dark'): Promise<string> {
  const context = await browser.newContext({
    viewport: size,
    baseURL: demo().url,
    colorScheme,
    reducedMotion: 'reduce',
  })
  try {
    const page = await context.newPage()
    await signIn(page, as)
    await open(page)
    await page.waitForTimeout(settleMs)
    const tool = await context.newCDPSession(page)
    for (const quality of qualities) {
      const { data } = await tool.send('Page.captureScreenshot', { format: 'webp', quality })
      const bytes = Buffer.from(data, 'base64')
      if (bytes.length > bytesMax) continue
      const file = `${name}-${colorScheme}.webp`
      writeFileSync(join(folder, file), bytes)
      return `${file} ${Math.round(bytes.length / 1_024)} KB`
    }
    throw new Error(`\`${name}\` does not fit ${bytesMax} bytes at any quality`)
  } finally {
    await context.close()
  }
}

const asked = process.argv.slice(2)
const wanted = screens.filter(({ name }) => asked.length === 0 || asked.includes(name))
if (wanted.length === 0) throw new Error(`no such screen; there are ${screens.map(({ name }) => name).join(', ')}`)
mkdirSync(folder, { recursive: true })
const stop = await start()
const browser = await chromium.launch(config.use?.launchOptions ?? {})
try {
  for (const screen of wanted)
    for (const theme of ['light', 'dark'] as const) console.log(await take(browser, screen, theme))
} finally {
  await browser.close()
  await stop?.()
}
