/**
 * The words of a tool's name: `getUserProfile`, `get_user_profile` and
 * `crm.get-user-profile` all say `get user profile`.
 *
 * What stands before the last `.`, `/`, `:` or `__` names a server or a
 * namespace; the words that say what the tool does come after it.
 */

/** @returns lower-case words; `own` without those of the namespace, `all` with them. */
export function toolWords(name: string): { own: readonly string[]; all: readonly string[] } {
  const parts = name.split(/[./:]|__/).filter((part) => part !== '')
  const words = parts.map(wordsOf)
  return { own: words.at(-1) ?? [], all: words.flat() }
}

function wordsOf(text: string): string[] {
  return text
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}
