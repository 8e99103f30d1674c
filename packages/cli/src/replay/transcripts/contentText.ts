/**
 * The content of a message as one text: what the hash of a result is over.
 *
 * OpenAI writes a string or a list of parts `{type: "text", text}`; others write
 * `{type: "text", content}`. Texts are joined with nothing between them. A part
 * that is no text (an image, say) stands as its canonical JSON, so that no two
 * different results have the same hash for want of looking.
 */
import { canonicalize, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { BadTranscript, kindOf } from './badTranscript.ts'

/** @throws BadTranscript when it is neither null, a string nor a list of parts. */
export function contentText(content: JsonValue | undefined): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw new BadTranscript(`the content of a result is ${kindOf(content)}`)
  return (content as readonly JsonValue[]).map(partText).join('')
}

function partText(part: JsonValue): string {
  if (typeof part === 'string') return part
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    throw new BadTranscript(`a part of a content is ${kindOf(part)}`)
  }
  const { type, text, content } = part as JsonObject
  if (type === 'text' && typeof text === 'string') return text
  if (type === 'text' && typeof content === 'string') return content
  return canonicalize(part)
}
