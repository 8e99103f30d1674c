/** Name and query string of a view, sealed under the data key of whoever saved it. */
import { KeyError, monthOf, openJson, sealJson, type DataKeyring } from '@muster/keys'
import { Fault } from '@muster/kernel'

export interface ViewWords {
  name: string
  search: string
}

// Another row's words do not open here.
const aad = (viewId: string): Buffer => Buffer.from(`${viewId}/view`, 'utf8')

/** @param whose the person as they were added: that month names their key. */
export function sealWords(
  ring: DataKeyring,
  whose: { tenantId: string; id: string; createdAt: Date },
  viewId: string,
  { name, search }: ViewWords,
): Promise<Buffer> {
  const month = monthOf(whose.createdAt.getTime())
  const scope = { tenant: whose.tenantId, class: 'person', month, subject: whose.id }
  return sealJson(ring, scope, { name, search }, aad(viewId))
}

/** The words in clear; `null` once the person was forgotten. */
export async function openWords(
  ring: DataKeyring,
  view: { tenantId: string; id: string; sealed: Uint8Array },
): Promise<ViewWords | null> {
  try {
    return (await openJson(ring, view.tenantId, view.sealed, aad(view.id))) as unknown as ViewWords
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw new Fault('INTERNAL', 'a sealed view could not be opened', { cause: error })
  }
}
