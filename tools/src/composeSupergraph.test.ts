/**
 * The five subgraphs compose, and two composers agree on what that means: ours
 * (MIT) and Apollo's own, whose query planner runs the result.
 */
import { composeServices } from '@apollo/composition'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { type Subgraph, composeSupergraph, subgraphs } from './composeSupergraph.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const sample = (name: string, sdl: string): Subgraph => ({
  name,
  url: `http://${name}.invalid`,
  typeDefs: parse(`${link}\n${sdl}`),
})

/** What a client sees of a supergraph, printed in one order. */
function apiOf(supergraphSdl: string): string {
  const schema = buildASTSchema(transformSupergraphToPublicSchema(parse(supergraphSdl)))
  return printSchema(lexicographicSortSchema(schema))
}

function apolloApiOf(parts: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = composeServices([...parts])
  if (supergraphSdl === undefined) throw new Error(errors?.map((error) => error.message).join('\n'))
  return apiOf(supergraphSdl)
}

describe('composition', () => {
  test('both composers make the same API of the product', () => {
    const parts = subgraphs()
    expect(parts.length).toBeGreaterThan(0)
    expect(apiOf(composeSupergraph(parts))).toBe(apolloApiOf(parts))
  })

  test('both composers make the same API of an entity in two subgraphs', () => {
    const parts = [
      sample('one', 'type Query { agent(id: ID!): Agent }\ntype Agent @key(fields: "id") { id: ID! name: String }'),
      sample('two', 'type Agent @key(fields: "id") { id: ID! risk: Int }'),
    ]
    expect(apiOf(composeSupergraph(parts))).toBe(apolloApiOf(parts))
  })

  test('refuses subgraphs that contradict each other, naming the field', () => {
    const parts = [
      sample('one', 'type Query { agent: Agent }\ntype Agent @key(fields: "id") { id: ID! risk: Int }'),
      sample('two', 'type Agent @key(fields: "id") { id: ID! risk: String }'),
    ]
    expect(() => composeSupergraph(parts)).toThrow(/Agent\.risk/)
    expect(() => apolloApiOf(parts)).toThrow(/Agent\.risk/)
  })
})
