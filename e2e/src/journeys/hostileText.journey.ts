/**
 * An agent that writes to attack whoever reads it: markup, script addresses,
 * Markdown, letters in the wrong order and letters nobody sees, in every text
 * it has. On every screen that shows it, it is text.
 */
import type { Page } from '@playwright/test'
import { authorize, graph, held } from '../platform/api.ts'
import { company, demo } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const markup = `<img src=x onerror="globalThis.owned=1">`
const hidden = '\u202Efdp\u202C\u200B\u2066'
const link = '[pay](javascript:globalThis.owned=2) <a href="https://evil.example/x">here</a> https://evil.example/y'
const displayName = `Mallory ${markup}${hidden}`
const purpose = `${markup} ${link} **bold** ${hidden} <script>globalThis.owned=3</script>`

/** A character nobody sees, or that turns the order of the others. */
const unseen = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u

async function register(): Promise<{ id: string; slug: string; apiKey: string }> {
  const { admin } = company().apiKeys
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(admin, '{ orgUnits { id name } }', {})
  const teamId = orgUnits.find(({ name }) => name === 'payments-platform')?.id
  const slug = `mallory-${Date.now()}`
  const input = {
    slug,
    displayName,
    ownerEmail: 'olga.owner@northwind.example',
    teamId,
    purpose,
    model: `model ${markup}${hidden}`,
    riskTier: 'HIGH',
    grants: [{ tool: 'payments.refund' }],
  }
  const { registerAgent } = await graph<{ registerAgent: { agent: { id: string }; apiKey: string } }>(
    admin,
    `mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) {
       ... on AgentRegistered { agent { id } apiKey } ... on Refused { code message } } }`,
    { input },
  )
  return { id: registerAgent.agent.id, slug, apiKey: registerAgent.apiKey }
}

/** What the agent wrote is on the screen, and none of it is anything but text. */
async function expectOnlyText(page: Page, where: string): Promise<void> {
  const found = await page.evaluate((pattern) => {
    const here = location.origin
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href], area[href]')]
    const addresses = ['src', 'href', 'action', 'formaction', 'data', 'poster', 'xlink:href']
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) texts.push(node.textContent ?? '')
    return {
      title: document.title,
      owned: (globalThis as { owned?: number }).owned ?? null,
      pictures: [...document.querySelectorAll<HTMLImageElement>('img, iframe, object, embed, svg image')]
        .map(({ src }) => src)
        .filter((src) => src !== `${here}/mark.svg`),
      scripts: [...document.querySelectorAll('script')].filter(({ src }) => !src.startsWith(`${here}/`)).length,
      leading: links.map(({ href }) => href).filter((href) => !href.startsWith(`${here}/`)),
      foreign: [...document.querySelectorAll('*')].flatMap((element) =>
        addresses
          .map((name) => element.getAttribute(name) ?? '')
          .filter((value) => /evil\.example|^\s*javascript:/i.test(value)),
      ),
      handlers: [...document.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
      unseen: texts.filter((text) => new RegExp(pattern, 'u').test(text)),
    }
  }, unseen.source)
  const { title, ...rest } = found
  expect(title, where).not.toMatch(unseen)
  expect(rest, where).toEqual({
    owned: null,
    pictures: [],
    scripts: 0,
    leading: [],
    foreign: [],
    handlers: [],
    unseen: [],
  })
}

test('what a hostile agent wrote is text on every screen that shows it: nothing runs, nothing is a link', async ({
  page,
}) => {
  test.setTimeout(60_000)
  const surprises: string[] = []
  page.on('dialog', (dialog) => {
    surprises.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(demo().url) && !request.url().startsWith('data:')) surprises.push(request.url())
  })
  const { id, slug, apiKey } = await register()
  const parameters = { amount: 80, currency: 'EUR', note: purpose, [markup]: link, list: [markup, { [link]: hidden }] }
  const payload = { tool: 'payments.refund', action: 'create', resource: `order/${markup}${hidden}`, parameters }
  const approval = await held(apiKey, payload)
  await authorize(apiKey, { ...payload, sourceTrust: 'MALICIOUS_SUSPECTED' })

  await signIn(page, 'piet.approver')
  const shows = async (where: string, text: string | RegExp = /onerror="globalThis\.owned=1"/): Promise<void> => {
    await expect(page.getByText(text).filter({ visible: true }).first(), where).toBeVisible()
    await expectOnlyText(page, where)
  }
  await page.goto(`/agents?q=${slug}`)
  await expect(page.getByText('1 agent', { exact: true })).toBeVisible()
  await shows('directory')
  await page.goto(`/agents/${id}`)
  await shows('agent file')
  await expect(page.getByText('U+202E').first()).toBeVisible()
  await page.goto(`/approvals?id=${approval}`)
  await shows('approval')
  await expect(page.getByText(/hidden or direction-changing characters/)).toBeVisible()
  await page.goto('/findings?order=seen')
  await shows('findings')

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(slug)
  await expect(page.getByRole('option').filter({ hasText: slug })).toBeVisible()
  await shows('palette')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(id))

  const { receipt } = await graph<{ receipt: { id: string } }>(
    company().apiKeys.admin,
    `query ($id: ID!) { receipt: agent(id: $id) { receipts(first: 1) { nodes { id } } } }`,
    { id },
  ).then(({ receipt: of }) => ({
    receipt: (of as unknown as { receipts: { nodes: { id: string }[] } }).receipts.nodes[0]!,
  }))
  await page.goto(`/records?id=${receipt.id}`)
  await shows('ledger drawer', /Canonical body/)
  expect(surprises).toEqual([])
})
