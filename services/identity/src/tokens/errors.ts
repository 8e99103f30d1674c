/** Every refusal about ending tokens. */
import { Refusal } from '@muster/kernel'

export const notWholeTenant = (): Refusal =>
  new Refusal('OUT_OF_SCOPE', 'it ends everybody\u2019s tokens: only who sees the whole tenant may')
export const widerThanGranted = (): Refusal => new Refusal('INVALID_SCOPE', 'more is wanted than was granted')
