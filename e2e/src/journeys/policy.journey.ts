/**
 * What the page's own policy stops, tried from inside the page: as a mistake of
 * ours, or of a library, would try it.
 */
import { test as base } from '@playwright/test'
import { expect, signIn } from '../platform/console.ts'

// Without the fixture that fails a journey for what was blocked: here it is meant to be.
base('text becomes neither markup nor script in the page, however it is tried', async ({ page }) => {
  await signIn(page, 'cleo.ciso')
  const outcome = await page.evaluate(async () => {
    const marks = globalThis as unknown as Record<string, unknown>
    const own = [...document.scripts].map(({ src }) => src).find((src) => src.includes('/assets/')) ?? ''
    const tried: Record<string, () => unknown> = {
      innerHTML: () => (document.createElement('p').innerHTML = '<img src=x onerror="hit=1">'),
      outerHTML: () => (document.body.appendChild(document.createElement('p')).outerHTML = '<b>x</b>'),
      insertAdjacentHTML: () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      'document.write': () => document.write('<b>x</b>'),
      'parsed fragment': () => document.createRange().createContextualFragment('<script>hit=1</script>'),
      'frame of text': () => (document.createElement('iframe').srcdoc = '<script>parent.hit=1</script>'),
      'worker from text': () => new Worker(own),
      'script address': () => (document.createElement('script').src = own),
      'script text': () => (document.createElement('script').text = 'hit=1'),
      'event handler': () => document.body.setAttribute('onclick', 'hit=1'),
      'another types policy': () =>
        (
          globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy('default', { createHTML: (text: string) => text }),
    }
    const passed: string[] = []
    for (const [name, attempt] of Object.entries(tried)) {
      try {
        attempt()
        passed.push(name)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
    }
    // Later, so that it is the page that runs it and not the tool that drives the browser.
    const evaluated = await new Promise<string>((resolve) => {
      setTimeout(() => {
        try {
          const evaluate = marks['eval'] as (text: string) => void
          evaluate('hit=1')
          resolve('ran')
        } catch (error) {
          resolve((error as Error).name)
        }
      })
    })
    const inline = document.createElement('style')
    inline.textContent = 'body { outline: 3px solid red }'
    document.head.append(inline)
    const elsewhere = await fetch('https://evil.example/').then(
      () => 'sent',
      (error: Error) => error.name,
    )
    document.body.setAttribute('style', 'opacity: 0.5')
    return {
      passed,
      evaluated,
      elsewhere,
      hit: marks['hit'] ?? null,
      styled: getComputedStyle(document.body).outlineStyle,
      opacity: getComputedStyle(document.body).opacity,
    }
  })
  expect(outcome).toEqual({
    passed: [],
    evaluated: 'EvalError',
    elsewhere: 'TypeError',
    hit: null,
    styled: 'none',
    opacity: '1',
  })
})

base('the page cannot be shown inside another page', async ({ page, baseURL }) => {
  await page.route('https://evil.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${baseURL}/"></iframe>` }),
  )
  await page.goto('https://evil.example/')
  // A browser shows its own page in place of what it may not frame.
  await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/')
})
