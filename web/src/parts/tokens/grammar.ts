/**
 * The grammar of filters, the same on every screen:
 *
 *   query      = { token }                        tokens are divided by spaces
 *   token      = [ "-" ] name ":" value { "," value }
 *              | name ( "<" | "<=" | ">" | ">=" | "=" ) ( number | age )
 *              | text                             searched for as it is
 *   value,text = bare | '"' { any | '\"' | '\\' } '"'
 *   age        = digits ( m | h | d | w | M | y ) `seen>30d`: longer ago than 30 days
 *
 * A screen says which names there are and what each takes. What cannot be
 * understood is a problem with its place; the rest of the query stands.
 * Pure: parsing what was printed gives the same tokens.
 */

export type FieldKind = 'words' | 'text' | 'number' | 'age'

export interface FieldGrammar {
  readonly name: string
  readonly kind: FieldKind
  /** `words`: all there are. `number`, `age`: words beside the comparison, as in `score:none`. Lower case. */
  readonly words?: readonly string[]
  /** `-name:` is understood. */
  readonly isNegatable?: boolean
  /** One value only, no list. */
  readonly isSingle?: boolean
}

export type Comparison = '<' | '<=' | '>' | '>=' | '='
export const ageUnits = ['m', 'h', 'd', 'w', 'M', 'y'] as const
export type AgeUnit = (typeof ageUnits)[number]

export type Token =
  | { readonly kind: 'free'; readonly text: string }
  | { readonly kind: 'values'; readonly field: string; readonly not: boolean; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly field: string; readonly comparison: Comparison; readonly value: number }
  | {
      readonly kind: 'age'
      readonly field: string
      readonly comparison: Exclude<Comparison, '='>
      readonly amount: number
      readonly unit: AgeUnit
    }

export type ProblemCode =
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_WORD'
  | 'NO_VALUE'
  | 'NOT_A_NUMBER'
  | 'NOT_AN_AGE'
  | 'NOT_COMPARABLE'
  | 'NO_NEGATION'
  | 'ONE_VALUE'
  | 'TWICE'
  | 'UNCLOSED'

/** What is wrong, and from where to where in the text. */
export interface Problem {
  readonly code: ProblemCode
  readonly at: number
  readonly end: number
  readonly field: string
  /** What was there instead. */
  readonly found: string
}

export interface Parsed {
  readonly tokens: readonly Token[]
  readonly problems: readonly Problem[]
}

/** Longer amounts and numbers are none that anybody means. */
const agePattern = /^(\d{1,4})([mhdwMy])$/
const numberPattern = /^-?\d{1,9}(\.\d{1,6})?$/
const headPattern = /^(-?)([A-Za-z][\w-]*)(:|<=?|>=?|=)/

export function parseTokens(text: string, fields: readonly FieldGrammar[]): Parsed {
  const tokens: Token[] = []
  const problems: Problem[] = []
  for (const piece of pieces(text)) {
    const read = readPiece(piece, fields, tokens)
    if ('code' in read) problems.push({ ...read, at: piece.at, end: piece.end })
    else tokens.push(read)
  }
  return { tokens, problems }
}

interface Piece {
  readonly raw: string
  readonly at: number
  readonly end: number
  readonly isClosed: boolean
}

/** The text at its spaces, save those between quotes. */
function pieces(text: string): Piece[] {
  const found: Piece[] = []
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1
      continue
    }
    let [end, isQuoted] = [at, false]
    for (; end < text.length && (isQuoted || !/\s/.test(text[end] ?? '')); end += 1) {
      if (text[end] === '"') isQuoted = !isQuoted
      else if (text[end] === '\\' && isQuoted) end += 1
    }
    end = Math.min(end, text.length)
    found.push({ raw: text.slice(at, end), at, end, isClosed: !isQuoted })
    at = end
  }
  return found
}

type Wrong = Omit<Problem, 'at' | 'end'>

function readPiece({ raw, isClosed }: Piece, fields: readonly FieldGrammar[], before: readonly Token[]): Token | Wrong {
  if (!isClosed) return { code: 'UNCLOSED', field: '', found: raw }
  const head = headPattern.exec(raw)
  if (head === null) return { kind: 'free', text: unquoted(raw) }
  const [whole, minus, name = '', operator = ''] = head
  const field = fields.find((each) => each.name === name.toLowerCase())
  if (field === undefined) return { code: 'UNKNOWN_FIELD', field: name, found: raw }
  const wrong = (code: ProblemCode, found = raw): Wrong => ({ code, field: field.name, found })
  const rest = raw.slice(whole.length)
  if (rest === '') return wrong('NO_VALUE')
  const not = minus === '-'
  if (not && field.isNegatable !== true) return wrong('NO_NEGATION')
  const isComparable = field.kind === 'number' || field.kind === 'age'
  if (isComparable && !(operator === ':' && field.words?.includes(rest.toLowerCase()) === true)) {
    return compared(field, operator === ':' ? '=' : (operator as Comparison), rest, wrong)
  }
  if (operator !== ':') return wrong('NOT_COMPARABLE')
  const values = parts(rest).map((part) => (field.words === undefined ? part : part.toLowerCase()))
  if (values.includes('')) return wrong('NO_VALUE')
  if (values.length > 1 && (field.isSingle === true || isComparable)) return wrong('ONE_VALUE')
  const unknown = field.words === undefined ? undefined : values.find((value) => !field.words?.includes(value))
  if (unknown !== undefined) return wrong('UNKNOWN_WORD', unknown)
  if (before.some((token) => token.kind === 'values' && token.field === field.name && token.not === not)) {
    return wrong('TWICE')
  }
  return { kind: 'values', field: field.name, not, values: [...new Set(values)] }
}

function compared(
  { kind, name: field }: FieldGrammar,
  comparison: Comparison,
  text: string,
  wrong: (code: ProblemCode, found?: string) => Wrong,
): Token | Wrong {
  if (kind === 'number') {
    // A zero has no sign here.
    return numberPattern.test(text)
      ? { kind: 'number', field, comparison, value: Number(text) + 0 }
      : wrong('NOT_A_NUMBER', text)
  }
  const [, amount, unit] = agePattern.exec(text) ?? []
  return amount === undefined || comparison === '='
    ? wrong('NOT_AN_AGE', text)
    : { kind: 'age', field, comparison, amount: Number(amount), unit: unit as AgeUnit }
}

/** A list at its commas, save those between quotes. */
function parts(list: string): string[] {
  const found = ['']
  let isQuoted = false
  for (let at = 0; at < list.length; at += 1) {
    const letter = list[at] ?? ''
    if (letter === ',' && !isQuoted) {
      found.push('')
      continue
    }
    if (letter === '"') isQuoted = !isQuoted
    const isEscaped = letter === '\\' && isQuoted
    found[found.length - 1] += isEscaped ? letter + (list[(at += 1)] ?? '') : letter
  }
  return found.map(unquoted)
}

function unquoted(raw: string): string {
  return raw.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) => inner.replace(/\\(.)/gs, '$1'))
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

function printValue(value: string): string {
  return value === '' || /[\s",\\]/.test(value) ? quoted(value) : value
}

export function printToken(token: Token): string {
  switch (token.kind) {
    case 'free':
      return token.text === '' || /[\s"\\]/.test(token.text) || headPattern.test(token.text)
        ? quoted(token.text)
        : token.text
    case 'values':
      return `${token.not ? '-' : ''}${token.field}:${token.values.map(printValue).join(',')}`
    case 'number':
      return `${token.field}${token.comparison}${token.value}`
    case 'age':
      return `${token.field}${token.comparison}${token.amount}${token.unit}`
  }
}

export function printTokens(tokens: readonly Token[]): string {
  return tokens.map(printToken).join(' ')
}

/** What is searched for as it is; undefined when nothing. */
export function freeText(tokens: readonly Token[]): string | undefined {
  const text = tokens.flatMap((token) => (token.kind === 'free' ? token.text : [])).join(' ')
  return text === '' ? undefined : text
}

/** The values asked for, or those excluded; empty when the field is not there. */
export function valuesOf(tokens: readonly Token[], field: string, not = false): readonly string[] {
  return tokens.flatMap((token) =>
    token.kind === 'values' && token.field === field && token.not === not ? token.values : [],
  )
}

/** Every comparison of a field, in the order written. */
export function comparisonsOf(
  tokens: readonly Token[],
  field: string,
): readonly Extract<Token, { kind: 'number' | 'age' }>[] {
  return tokens.flatMap((token) =>
    (token.kind === 'number' || token.kind === 'age') && token.field === field ? token : [],
  )
}
