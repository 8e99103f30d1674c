/** What somebody takes away from the ledger: a proof or an export, checked by one command where there is no Muster. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { company, demo } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const muster = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))

/** The answer of `muster verify`: its exit code and its last line. */
function verify(file: string): { code: number | null; answer: string; whole: string } {
  const { status, stdout } = spawnSync(process.execPath, [muster, 'verify', file], { encoding: 'utf8' })
  return { code: status, answer: stdout.trim().split('\n').at(-1) ?? '', whole: stdout }
}

function broken(file: string, seq: number): void {
  const { code, answer } = verify(file)
  expect(code).toBe(1)
  expect(answer).toContain(`broken at entry ${seq}: `)
}

test('an entry’s proof is checked in the page, downloaded, and verified by the command shown with it', async ({
  page,
}, info) => {
  await signIn(page, 'udo.auditor')
  await page.goto('/records?seq=3')
  const proof = page.getByRole('region', { name: 'Covered by a checkpoint' })
  await expect(proof).toContainText(/It stands in checkpoint [\d,]+, signed by key/)
  await expect(proof).toContainText('npx muster verify')
  const download = page.waitForEvent('download')
  await proof.getByRole('link', { name: 'Download the proof' }).click()
  const file = info.outputPath('entry.muster-proof')
  await (await download).saveAs(file)
  const { code, answer, whole } = verify(file)
  expect([code, answer]).toEqual([0, 'intact'])
  expect(whole).toContain('1 entries stand in the signed tree')

  writeFileSync(file, readFileSync(file, 'utf8').replace('\\"schema\\"', '\\"schemA\\"'))
  broken(file, 3)

  // A server that shows another body than the one that was hashed is found out by the page.
  await page.context().route('**/graphql', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replaceAll('\\"schema\\"', '\\"schemA\\"') })
  })
  await page.reload()
  await expect(proof).toContainText('The body does not hash to the leaf')
})

test('a copy of the whole ledger verifies offline, and a broken copy names its number', async ({ page }, info) => {
  await signIn(page, 'udo.auditor')
  const origin = await page.evaluate(async () => {
    const body = JSON.stringify({ query: '{ ledgerHead { origin } }' })
    const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return ((await response.json()) as { data: { ledgerHead: { origin: string } } }).data.ledgerHead.origin
  })
  const response = await fetch(`${demo().url}/ledger/${encodeURIComponent(origin)}/export`, {
    headers: { authorization: `Bearer ${company().apiKeys.admin}` },
  })
  const lines = (await response.text()).split('\n')
  const file = info.outputPath('whole.muster-ledger')
  writeFileSync(file, lines.join('\n'))
  expect(verify(file)).toMatchObject({ code: 0, answer: 'intact' })
  writeFileSync(file, lines.with(11, lines[11]!.replace('\\"schema\\"', '\\"schemA\\"')).join('\n'))
  broken(file, 11)
})

test('a range verifies by itself and is tied to the signed root; the list jumps and filters from the address', async ({
  page,
}, info) => {
  await signIn(page, 'udo.auditor')
  await page.goto('/records')
  const panel = page.getByRole('region', { name: 'Verification in this browser' })
  await panel.getByLabel('From number').fill('4')
  await panel.getByLabel('to', { exact: true }).fill('9')
  await panel.getByRole('button', { name: 'Verify' }).click()
  await expect(panel).toContainText('Chain intact: entries 4 to 9.')
  await expect(panel).toContainText(/The root matches checkpoint [\d,]+, signed by key/)
  const download = page.waitForEvent('download')
  await panel.getByRole('link', { name: 'Download the proof of this range' }).click()
  const file = info.outputPath('range.muster-proof')
  await (await download).saveAs(file)
  const proved = verify(file)
  expect([proved.code, proved.answer]).toEqual([0, 'intact'])
  expect(proved.whole).toContain('entries 4 to 9')

  await page.getByLabel('Go to number').fill('7')
  await page.getByLabel('Go to number').press('Enter')
  await expect(page).toHaveURL(/at=(%22)?7/)
  const list = page.getByRole('grid', { name: 'Ledger' })
  await expect(list.getByRole('row').nth(1)).toContainText('7')
  await expect(page.getByRole('complementary', { name: 'Entry 7' })).toBeVisible()

  await page.goto('/records?q=type:agent.registered')
  await expect(list.getByText('agent.registered').first()).toBeVisible()
  await expect(list.getByText('action.decided')).toHaveCount(0)
  await page.goto('/records?q=subject:nothing-like-it')
  await expect(page.getByText('Nothing in your scope matches this filter')).toBeVisible()
})

test('a range whose entries were touched is named, also when only its hashes were', async ({ page }) => {
  await signIn(page, 'udo.auditor')
  await page.goto('/records')
  const panel = page.getByRole('region', { name: 'Verification in this browser' })
  await page.context().route('**/graphql', async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as {
      data?: { ledger?: { nodes: { seq: string; leafHash: string; body: string | null }[] } }
    }
    const entry = answer.data?.ledger?.nodes.find(({ seq }) => Number(seq) === 6)
    if (entry !== undefined) Object.assign(entry, { body: null, leafHash: '0'.repeat(64) })
    await route.fulfill({ response, json: answer })
  })
  await panel.getByLabel('From number').fill('4')
  await panel.getByLabel('to', { exact: true }).fill('9')
  await panel.getByRole('button', { name: 'Verify' }).click()
  await expect(panel).toContainText('Failed at entry 6.')
})
