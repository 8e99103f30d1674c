/** Pages of resources: one order, one count, and the attributes that were asked for. */
import type { Room } from '../room.ts'
import type { Tx } from '../database.ts'
import { filterSql, type Attributes, type FilterSql } from './filter.ts'
import { listQuery, orderSql, projected, projectionOf, wants, type Parameters } from './query.ts'
import type { ScimAnswer } from './request.ts'
import { listUrn, type Json } from './urns.ts'

export interface Listed<Row> {
  attributes: Attributes
  urns: readonly string[]
  /** Expression of the id, for the order. */
  id: string
  count(tx: Tx, filter: FilterSql | null): Promise<number>
  page(tx: Tx, filter: FilterSql | null, at: { order: string; offset: number; limit: number }): Promise<Row[]>
  /** @param wanted whether an attribute is asked for: what is expensive is left out otherwise. */
  json(tx: Tx, rows: readonly Row[], wanted: (name: string) => boolean): Promise<Json[]>
}

export async function list<Row>(room: Room, listed: Listed<Row>, parameters: Parameters): Promise<ScimAnswer> {
  const asked = listQuery(parameters)
  const projection = projectionOf(parameters, listed.urns)
  const { attributes, urns } = listed
  const hashOf = (text: string): string => room.emailIndex(text).toString('hex')
  const filter = asked.filter === null ? null : filterSql(asked.filter, { attributes, urns, hashOf })
  const order = orderSql(asked, attributes, urns, listed.id)
  return room.database.run(async (tx) => {
    const totalResults = await listed.count(tx, filter)
    const rows =
      asked.count === 0
        ? []
        : await listed.page(tx, filter, { order, offset: asked.startIndex - 1, limit: asked.count })
    const resources = await listed.json(tx, rows, (name) => wants(projection, name))
    return {
      status: 200,
      body: {
        schemas: [listUrn],
        totalResults,
        startIndex: asked.startIndex,
        itemsPerPage: resources.length,
        Resources: resources.map((each) => projected(each, projection)),
      },
    }
  })
}
