/** Anybody can check the record for themselves. */
import { expect, signIn, test, verifyLimitMs } from '../platform/console.ts'

test('the ledger verifies in the browser, and a broken copy names the entry that was touched', async ({ page }) => {
  await signIn(page, 'udo.auditor')
  await page.goto('/records')
  const panel = page.getByRole('region', { name: 'Verification in this browser' })
  await panel.getByRole('button', { name: 'Verify' }).click()
  await expect(panel).toContainText(/Chain intact: entries 1 to [\d,]+\./, { timeout: verifyLimitMs })
  await expect(panel).toContainText('Verified')
  await expect(panel).toContainText('Every body was hashed here.')

  await page.context().route('**/graphql', async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as { data?: { ledger?: { nodes: { seq: string; body: string }[] } } }
    const entry = answer.data?.ledger?.nodes.find(({ seq }) => Number(seq) === 7)
    if (entry !== undefined) entry.body = entry.body.replace('"schema"', '"schemA"')
    await route.fulfill({ response, json: answer })
  })
  await panel.getByRole('button', { name: 'Verify again' }).click()
  await expect(panel).toContainText('Failed at entry 7.')
  await expect(panel).toContainText('The 6 entries before it are sound.')
})

test('a ledger that was set back is refused by a browser that saw it longer', async ({ page }) => {
  await signIn(page, 'udo.auditor')
  await page.goto('/records')
  const panel = page.getByRole('region', { name: 'Verification in this browser' })
  await panel.getByRole('button', { name: 'Verify' }).click()
  await expect(panel).toContainText('Chain intact', { timeout: verifyLimitMs })
  const remembered = await page.evaluate(() =>
    Object.keys(localStorage).some((key) => key.startsWith('muster.checkpoint.')),
  )
  expect(remembered).toBe(true)
  // As a server would answer whose database was set back to its first two entries.
  await page.context().route('**/graphql', async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as {
      data?: {
        ledger?: { nodes: unknown[]; pageInfo: object }
        ledgerHead?: { seq: string; checkpoint: string | null }
      }
    }
    if (answer.data?.ledgerHead) Object.assign(answer.data.ledgerHead, { seq: '2', checkpoint: null })
    if (answer.data?.ledger) {
      answer.data.ledger.nodes.length = 2
      answer.data.ledger.pageInfo = { hasNextPage: false, endCursor: null }
    }
    await route.fulfill({ response, json: answer })
  })
  await panel.getByRole('button', { name: 'Verify again' }).click()
  await expect(panel).toContainText('it was set back')
  await expect(panel).toContainText('Failed')
})
