/**
 * Paths that are promised and not served yet: they say so, so that nobody takes
 * a silence for an answer.
 */
import type { FastifyInstance } from 'fastify'
import { Refused } from './problem.ts'

const promised: readonly (readonly [path: string, what: string])[] = [
  ['/access/v1/*', 'the AuthZEN endpoints are not served by this version'],
]

export function notYetServed(app: FastifyInstance): void {
  for (const [path, what] of promised) {
    app.all(path, { exposeHeadRoute: false }, () => {
      throw new Refused('NOT_FOUND', what)
    })
  }
}
