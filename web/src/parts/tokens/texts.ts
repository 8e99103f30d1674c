/** The texts of the filter field: what can be wrong, said so that it can be put right. */
import type { FieldGrammar, Problem } from './grammar.ts'

export const tokensTexts = {
  offers: 'What can come next',
  remove: (token: string) => `Remove the filter ${token}`,
  problem: ({ code, field, found, at }: Problem, fields: readonly FieldGrammar[]): string => {
    const grammar = fields.find(({ name }) => name === field)
    switch (code) {
      case 'UNKNOWN_FIELD':
        return `There is no filter “${field}”: there are ${fields.map(({ name }) => name).join(', ')}. To search for it as text, write "${found}"`
      case 'UNKNOWN_WORD':
        return `“${field}” knows no “${found}”: it is one of ${grammar?.words?.join(', ') ?? ''}`
      case 'NO_VALUE':
        return `“${found}” at ${at + 1}: a value is missing`
      case 'NOT_A_NUMBER':
        return `“${found}” is not a number, as in ${field}<60`
      case 'NOT_AN_AGE':
        return `“${found}” is not an age, as in ${field}>30d (m, h, d, w, M, y)`
      case 'NOT_COMPARABLE':
        return `“${field}” takes values, not comparisons: ${field}:…`
      case 'NO_NEGATION':
        return `“${field}” cannot be turned round with a minus`
      case 'ONE_VALUE':
        return `“${field}” takes one value, not several`
      case 'TWICE':
        return `“${field}” is there already: put the values into one list, as in ${field}:a,b`
      case 'UNCLOSED':
        return `“${found}” at ${at + 1}: the closing quotation mark is missing`
    }
  },
} as const
