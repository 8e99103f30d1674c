/** A resource as an answer: its address and its version beside it. */
import { isObject, type Json } from './urns.ts'
import type { ScimAnswer } from './request.ts'

export function resourceAnswer(body: Json, status = 200): ScimAnswer {
  const meta = isObject(body['meta']) ? body['meta'] : {}
  return { status, body, location: String(meta['location']), etag: String(meta['version']) }
}

export const createdAnswer = (body: Json): ScimAnswer => resourceAnswer(body, 201)
