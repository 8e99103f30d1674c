/** What the console may weigh, and where it may load from. */
import { gzipSync } from 'node:zlib'
import { expect, signIn, test } from '../platform/console.ts'

/** JavaScript of the sign-in page and the first screen together, gzip. Bytes. */
const firstLoadMax = 200 * 1_024

test('the first load stays under 200 KB of JavaScript, all of it from here', async ({ page, baseURL }) => {
  const scripts = new Map<string, number>()
  const elsewhere: string[] = []
  const reading: Promise<void>[] = []
  page.on('response', (response) => {
    const url = response.url()
    if (!url.startsWith(`${baseURL}/`) && !url.startsWith('data:')) elsewhere.push(url)
    if (!new URL(url).pathname.endsWith('.js')) return
    reading.push(response.body().then((body) => void scripts.set(url, gzipSync(body).length)))
  })
  await signIn(page, 'cleo.ciso')
  await expect(page.getByRole('region', { name: 'Top-risk agents' })).toBeVisible()
  await Promise.all(reading)
  const total = [...scripts.values()].reduce((sum, size) => sum + size, 0)
  expect(scripts.size).toBeGreaterThan(2)
  expect(total).toBeLessThan(firstLoadMax)
  expect(elsewhere).toEqual([])
})
