/**
 * Journeys on the real platform in a real browser: one platform a run, one
 * journey at a time, because they share one company and its ledger.
 */
import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import { demo, demoVariable } from './src/platform/demo.ts'

const usual = '/usr/bin/chromium'
/** A named browser, else the system's, else Playwright's own. */
const executablePath = process.env['MUSTER_CHROMIUM'] ?? (existsSync(usual) ? usual : undefined)

export default defineConfig({
  testDir: 'src/journeys',
  testMatch: '*.journey.ts',
  outputDir: 'test-results',
  globalSetup: './src/platform/start.ts',
  workers: 1,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: 'list',
  use: {
    // Known once the platform was started: the processes that run journeys read this file after that.
    ...(process.env[demoVariable] === undefined ? {} : { baseURL: demo().url }),
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
