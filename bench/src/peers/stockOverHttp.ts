/**
 * The peer of a page across subgraphs: a stock Apollo gateway over HTTP, on
 * the same five subgraphs and the same rows.
 *
 * Argument: JSON of `{subgraphs: [{name, sdl, url}], header: [name, value]}` in a file.
 */
import { readFileSync } from 'node:fs'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { serveUntilStopped } from '../child.ts'

const { subgraphs, header } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  subgraphs: { name: string; sdl: string; url: string }[]
  header: [string, string]
}
const composed = composeServices(subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })))
if (composed.supergraphSdl === undefined) throw new Error('the subgraphs do not compose')
const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource({
      url: url!,
      willSendRequest: ({ request }) => request.http?.headers.set(...header),
    }),
})
const server = new ApolloServer({ gateway })
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
await serveUntilStopped({ url: url.replace(/\/$/, '/graphql') }, () => server.stop())
