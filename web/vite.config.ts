/**
 * How the console is built: static files with a hash in their names, nothing
 * inlined (the gateway's policy allows neither inline scripts nor styles, and
 * runs a script only with the nonce of the page it was sent with), one
 * lazily loaded piece for each screen.
 */
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

/** `light-dark()` is left to the browser from this age on. */
const browsers = ['chrome123', 'firefox121', 'safari17.5']

/** Where a running Muster answers while the console is worked on. */
const api = process.env['MUSTER_URL'] ?? 'http://localhost:4000'

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  // Replaced in every page the gateway sends (`gateway/src/console/routes.ts`).
  html: { cspNonce: 'MUSTER_PAGE_NONCE' },
  build: {
    target: browsers,
    cssTarget: browsers,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(['/graphql', '/auth', '/ledger', '/events', '/.well-known'].map((p) => [p, api])),
  },
})
