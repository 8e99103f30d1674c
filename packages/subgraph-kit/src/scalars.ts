/**
 * The scalars and small types every subgraph shares.
 *
 * `JSON` accepts variables only: an inline literal would pass through the
 * GraphQL lexer, which loses digits, and what is hashed must be what was sent.
 */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'

export const sharedTypeDefs = /* GraphQL */ `
  "Any JSON value. As input only through a variable, never as an inline literal."
  scalar JSON
  "An instant, ISO 8601 in UTC."
  scalar DateTime
  "A 64-bit integer as a decimal string."
  scalar Int64

  "A typed no: part of every mutation's result union."
  interface Refusal {
    "Stable, upper snake case."
    code: String!
    "For people: lower case, no full stop."
    message: String!
  }
  "The refusal of any mutation."
  type Refused implements Refusal @shareable {
    code: String!
    message: String!
  }
  "Where a change stands in the ledger."
  type RecordedReceipt @shareable {
    id: ID!
    "Sequence number, from 1."
    seq: Int64!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    endCursor: String
  }
`

const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node) => {
    throw new GraphQLError('JSON is accepted as a variable only', {
      nodes: [node],
      extensions: { code: 'BAD_REQUEST' },
    })
  },
})

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

function toInstant(value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  if (typeof value === 'string' && instant.test(value)) {
    const date = new Date(value)
    if (!Number.isNaN(date.getTime())) return date
  }
  throw new GraphQLError('not an instant: ISO 8601 with a zone is expected', { extensions: { code: 'BAD_REQUEST' } })
}

function literalText(node: ValueNode): string {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) return node.value
  throw new GraphQLError('a string is expected', { nodes: [node], extensions: { code: 'BAD_REQUEST' } })
}

const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => toInstant(value).toISOString(),
  parseValue: toInstant,
  parseLiteral: (node) => toInstant(literalText(node)),
})

function toInt64(value: unknown): string {
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value
  if (typeof text === 'string' && /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text))
    return text
  throw new GraphQLError('not a 64-bit integer', { extensions: { code: 'BAD_REQUEST' } })
}

const Int64Scalar = new GraphQLScalarType<string, string>({
  name: 'Int64',
  serialize: toInt64,
  parseValue: toInt64,
  parseLiteral: (node) => toInt64(literalText(node)),
})

export const sharedScalars = { JSON: JSONScalar, DateTime: DateTimeScalar, Int64: Int64Scalar }
