/** Any number of tabs, one live stream: the first reads, the others are told, and the next in line takes over. */
import type { Page } from '@playwright/test'
import { held } from '../platform/api.ts'
import { agent, demo } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

/** Streams open at the server, from all browsers: here there is one. */
async function streamsOpen(): Promise<number> {
  const metrics = await (await fetch(`${demo().url}/metrics`)).text()
  return Number(/^muster_streams_open (\d+)$/m.exec(metrics)?.[1])
}

const deploy = (release: string): Promise<string> =>
  held(agent('deploy-agent-prod').apiKey, { tool: 'deploy.start', action: 'run', parameters: { release } })

test('three tabs hold one live stream between them, and all hear what it says, also when its reader is closed', async ({
  page,
  context,
}) => {
  await expect.poll(streamsOpen).toBe(0)
  const asked: Page[] = []
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/events') asked.push(request.frame().page())
  })
  await signIn(page, 'piet.approver')
  const second = await context.newPage()
  const third = await context.newPage()
  const tabs = [page, second, third]
  for (const tab of tabs) {
    await tab.goto('/approvals')
    await expect(tab.getByRole('region', { name: 'Queue' })).toBeVisible()
  }
  await expect.poll(streamsOpen).toBe(1)

  const news = (tab: Page) => tab.getByRole('button', { name: /^\d+ changes?$/ })
  await deploy('6.0.1')
  for (const tab of tabs) await expect(news(tab)).toBeVisible()
  expect(await streamsOpen()).toBe(1)

  // Whoever asked last is the reader: each navigation of a tab lets go of the lock.
  const reader = asked.at(-1)!
  const left = tabs.filter((tab) => tab !== reader)
  expect(left).toHaveLength(2)
  for (const tab of left) {
    await tab.keyboard.press('.')
    await expect(news(tab)).toBeHidden()
  }
  const before = asked.length
  // What happens while nobody reads is not lost: the next in line goes on where the last one was.
  await Promise.all([reader.close(), deploy('6.0.2')])
  for (const tab of left) await expect(news(tab)).toHaveText('1 change')
  await expect.poll(() => asked.length).toBe(before + 1)
  expect(left).toContain(asked.at(-1))
  await expect.poll(streamsOpen).toBe(1)
  await deploy('6.0.3')
  for (const tab of left) await expect(news(tab)).toHaveText('2 changes')
  expect([await streamsOpen(), asked.length]).toEqual([1, before + 1])
})
