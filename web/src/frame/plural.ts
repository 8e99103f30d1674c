/** Numbers with their nouns, as the catalogs of texts write them. */

/** A number with its noun in one language. */
export function counter(language: string): (n: number, one: string, other: string) => string {
  const [rules, numbers] = [new Intl.PluralRules(language), new Intl.NumberFormat(language)]
  return (n, one, other) => `${numbers.format(n)} ${rules.select(n) === 'one' ? one : other}`
}

/** As every English text of the console writes it. */
export const count = counter('en')
