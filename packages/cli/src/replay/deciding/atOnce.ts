/**
 * Work on many items, a few at a time, in their order.
 */

/** @param width how many at once, at least 1. Rejects with the first error, once the others in flight are done. */
export async function atOnce<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  let failure: { readonly error: unknown } | null = null
  const worker = async (): Promise<void> => {
    while (failure === null && next < items.length) {
      const item = items[next++]!
      try {
        await work(item)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker))
  const failed = failure as { readonly error: unknown } | null
  if (failed !== null) throw failed.error
}
