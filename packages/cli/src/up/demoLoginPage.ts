/** The one page of the demo's provider: an address and a password. No script, nothing from elsewhere. */
import type { ServerResponse } from 'node:http'

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:12vh auto;padding:0 1rem;color-scheme:light dark}
label{display:block;margin:1rem 0}input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
button{font:inherit;padding:.5rem 1rem}`

export function loginPage(
  response: ServerResponse,
  { uid, email, isRefused }: { uid: string; email: string; isRefused: boolean },
): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  }).end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo company sign-in</title>
<meta name="viewport" content="width=device-width"><style>${style}</style>
<h1>Demo company</h1>
<p>The company’s own sign-in page. Passwords are the ones in <code>demo.json</code>.</p>
${isRefused ? '<p role="alert"><strong>This e-mail and password do not belong together.</strong></p>' : ''}
<form method="post" action="/interaction/${encodeURIComponent(uid)}">
<label>E-mail<input name="email" type="email" autocomplete="username" required value="${escaped(email)}"></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required autofocus></label>
<button type="submit">Continue</button></form></html>`)
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
