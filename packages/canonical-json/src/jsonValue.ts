/**
 * The values JSON can carry. Readonly: what is hashed is not edited afterwards.
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}
