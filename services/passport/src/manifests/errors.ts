/** Every refusal about manifests. Unknown, foreign and garbled are one answer. */
import { Refusal } from '@muster/kernel'

export const unknownManifest = (): Refusal => new Refusal('UNKNOWN_MANIFEST', 'no such manifest')
export const notCurrent = (why: string): Refusal => new Refusal('NOT_CURRENT', why)
export const alreadyQuarantined = (): Refusal => new Refusal('ALREADY_QUARANTINED', 'the tool is out of use already')
export const notAPerson = (): Refusal =>
  new Refusal('NOT_A_PERSON', 'only a person puts a quarantined tool back into use')
export const duplicateTool = (tool: string): Refusal => new Refusal('DUPLICATE_TOOL', `\`${tool}\` is described twice`)
export const unsafeTool = (tool: string, why: string): Refusal =>
  new Refusal('UNSAFE_PAYLOAD', `the description of \`${tool}\` has no canonical form: ${why}`)
export const invalidManifest = (why: string): Refusal => new Refusal('INVALID_INPUT', why)
export const overtaken = (): Refusal =>
  new Refusal('OVERTAKEN', 'somebody pinned the same tool meanwhile; look again and repeat')
