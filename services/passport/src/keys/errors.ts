/** Every refusal about signing keys. */
import { Refusal } from '@muster/kernel'

export const rotationConflict = (): Refusal =>
  new Refusal('ROTATION_CONFLICT', 'another rotation of this key came first; look at the history before trying again')
