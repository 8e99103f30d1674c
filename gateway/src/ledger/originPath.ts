/**
 * A ledger's origin in a path. Origins are `muster.log/<32 hex>`; people write
 * the hex part alone, the whole with its slash, or the slash percent-encoded.
 * All three name the same log, and nothing else is one.
 */
const whole = /^(?:muster\.log\/)?([0-9a-f]{32})$/

/** The origin a decoded path part names; null for anything else. */
export function originFrom(text: string): string | null {
  const hex = whole.exec(text)?.[1]
  return hex === undefined ? null : `muster.log/${hex}`
}
