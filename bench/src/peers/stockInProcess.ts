/**
 * The peer of the decision path: a trivial query through a stock Apollo
 * gateway whose two subgraphs are in its own process.
 */
import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { serveUntilStopped } from '../child.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const parts = [
  { name: 'one', sdl: `${link} type Query { ping: String! }`, resolvers: { Query: { ping: () => 'pong' } } },
  { name: 'two', sdl: `${link} type Query { pong: String! }`, resolvers: { Query: { pong: () => 'ping' } } },
]
const composed = composeServices(
  parts.map(({ name, sdl }) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(sdl) })),
)
if (composed.supergraphSdl === undefined) throw new Error('the peer does not compose')
const sources = new Map(
  parts.map(({ name, sdl, resolvers }) => [
    name,
    new LocalGraphQLDataSource(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])),
  ]),
)
const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ name }) => sources.get(name)!,
})
const server = new ApolloServer({ gateway })
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
await serveUntilStopped({ url: url.replace(/\/$/, '/graphql') }, () => server.stop())
