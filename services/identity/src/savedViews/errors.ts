/** Every refusal about saved views. */
import { Fault, Refusal } from '@muster/kernel'
import { viewsMax } from './savedView.ts'

export const unknownView = (): Refusal => new Refusal('UNKNOWN_VIEW', 'no such saved view that is yours to delete')
export const tooManyViews = (): Refusal =>
  new Refusal('TOO_MANY_VIEWS', `a person keeps ${viewsMax} views at most; delete one first`)
export const peopleOnly = (): Fault => new Fault('FORBIDDEN', 'saved views are for signed-in people')
