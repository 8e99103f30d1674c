/** What could come next while a filter is typed. Pure, but for a field that asks the server for its values. */
import { printToken, type FieldGrammar } from './grammar.ts'

export interface Completion {
  /** What is written into the filter. */
  readonly value: string
  /** What is read; the value when absent. */
  readonly label?: string
}

/** A field as a screen describes it: its grammar, its words for people, and its values. */
export interface TokenFieldDefinition extends FieldGrammar {
  /** What it filters by. */
  readonly label: string
  /** Values beginning with or holding a text; fields of words need none. */
  readonly complete?: (text: string) => readonly Completion[] | Promise<readonly Completion[]>
}

/** One line of the list: the text that the draft becomes, and whether the token is then whole. */
export interface Offer {
  readonly draft: string
  readonly label: string
  readonly hint: string
  readonly isWhole: boolean
}

/** What is being typed: a field's name, or one of its values. */
export type Draft =
  | { readonly at: 'name'; readonly text: string; readonly not: boolean }
  | {
      readonly at: 'value'
      readonly field: TokenFieldDefinition
      /** Everything before the value: `-tier:low,`. */
      readonly before: string
      readonly text: string
    }

export function draftOf(draft: string, fields: readonly TokenFieldDefinition[]): Draft {
  const [, minus = '', name = '', operator = '', rest = ''] = /^(-?)([\w-]*?)(:|<=?|>=?|=|$)(.*)$/s.exec(draft) ?? []
  const field = fields.find((each) => each.name === name.toLowerCase())
  if (operator === '' || field === undefined) return { at: 'name', text: draft.replace(/^-/, ''), not: minus === '-' }
  const comma = field.isSingle === true || rest.includes('"') ? -1 : rest.lastIndexOf(',')
  const before = `${minus}${field.name}${operator}${rest.slice(0, comma + 1)}`
  return { at: 'value', field, before, text: rest.slice(comma + 1).replaceAll('"', '') }
}

const comparisons = { number: ['<', '>'], age: ['>', '<'] } as const
const usualAges = ['1d', '7d', '30d', '90d']
const offersMax = 12

export function offerNames({ text, not }: Draft & { at: 'name' }, fields: readonly TokenFieldDefinition[]): Offer[] {
  return fields
    .filter((field) => field.name.startsWith(text.toLowerCase()) && (!not || field.isNegatable === true))
    .flatMap((field) => {
      const minus = not ? '-' : ''
      const operators = field.kind === 'number' || field.kind === 'age' ? comparisons[field.kind] : [':']
      return operators.map((operator) => ({
        draft: `${minus}${field.name}${operator}`,
        label: `${minus}${field.name}${operator}`,
        hint: field.label,
        isWhole: false,
      }))
    })
}

/** Values that the field itself knows; `null` when it must be asked. */
export function knownValues({ field, before }: Draft & { at: 'value' }): readonly Completion[] | null {
  const isPlain = before.endsWith(':') || before.endsWith(',')
  if (field.words !== undefined && (field.kind === 'words' || isPlain)) return field.words.map((value) => ({ value }))
  if (field.kind === 'age') return usualAges.map((value) => ({ value }))
  return field.complete === undefined ? [] : null
}

export function offerValues(draft: Draft & { at: 'value' }, values: readonly Completion[]): Offer[] {
  const { field, before, text } = draft
  const taken = new Set(before.slice(before.search(/[:<>=]/) + 1).split(','))
  const looked = text.toLowerCase()
  const fits = ({ value, label = '' }: Completion): boolean =>
    !taken.has(value) && (value.toLowerCase().includes(looked) || label.toLowerCase().includes(looked))
  return values
    .filter(fits)
    .slice(0, offersMax)
    .map(({ value, label }) => ({
      draft: before + printedValue(field.name, value),
      label: label ?? value,
      hint: label === undefined || label === value ? '' : value,
      isWhole: true,
    }))
}

/** A value as it is written after the colon: in quotes where it must be. */
function printedValue(field: string, value: string): string {
  return printToken({ kind: 'values', field, not: false, values: [value] }).slice(field.length + 1)
}
