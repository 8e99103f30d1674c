/**
 * The console: static files of `web/dist`, and its first page for every path
 * that is a place in the console rather than a file.
 *
 * INVARIANT (a nonce once): every page that is sent has a nonce of its own, in
 * its policy and in its script tags, and is not kept by anybody.
 *
 * Without a build there is one plain page that says how to make one; the API
 * serves all the same.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused, sendProblem } from '../door/problem.ts'
import { fileHeaders, newNonce, pageHeaders } from '../door/securityHeaders.ts'

const builtHere = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** Paths that are an API's or a hidden file's: an unknown one is a mistake, not a page. */
const apiPaths = /^\/(graphql|oauth|auth|scim|access|ledger|events|healthz|readyz|metrics|assets)(\/|$)|\/\./
/** Names with a hash of the content in them never change. */
const hashed = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/
const yearSeconds = 31_536_000
/** Where the build leaves room for a nonce: `html.cspNonce` in `web/vite.config.ts`. */
const noncePlace = 'MUSTER_PAGE_NONCE'

const unbuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Muster</title>
<h1>Muster is running</h1>
<p>The console has not been built yet. Run <code>npm run build</code> in the repository, then reload this page.</p>
<p>The API answers at <code>/graphql</code>; its state is at <a href="/readyz">/readyz</a>.</p>
</html>
`

/** @param folder of the built console; absent: the one this repository builds. */
export async function consoleRoutes(app: FastifyInstance, folder = builtHere): Promise<void> {
  const index = join(folder, 'index.html')
  const built = existsSync(index)
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: true,
      preCompressed: true,
      index: false,
      dotfiles: 'ignore',
      serveDotFiles: false,
      cacheControl: false,
      setHeaders(reply, path) {
        const immutable = path.startsWith(join(folder, 'assets')) && hashed.test(path.replace(/\.(br|gz)$/, ''))
        const age = immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache'
        reply.headers({ ...fileHeaders, 'cache-control': age })
      },
    })
  }

  const page = async (reply: FastifyReply): Promise<FastifyReply> => {
    const html = built ? await readFile(index, 'utf8') : unbuilt
    const nonce = newNonce()
    return reply
      .headers({ ...pageHeaders(nonce), 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(noncePlace, nonce))
  }
  app.get('/', (_request, reply) => page(reply))
  // The file itself would be a page whose nonce everybody knows.
  app.get('/index.html', (_request, reply) => page(reply))
  app.setNotFoundHandler((request, reply) => {
    if (isPlace(request)) return page(reply)
    return sendProblem(reply, new Refused('NOT_FOUND', 'no route answers this method and path'), request.id)
  })
}

/** A person's browser asking for a page by its address. */
function isPlace(request: FastifyRequest): boolean {
  const { accept } = request.headers
  const path = request.url.split('?', 1)[0] ?? ''
  return request.method === 'GET' && accept !== undefined && accept.includes('text/html') && !apiPaths.test(path)
}
