import * as z from 'zod/mini'

/** What the OpenAPI document says of a schema beyond what its type tells. */
export interface About {
  readonly description?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly format?: string
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  /** The forms that are taken, as JSON Schema, where the schema itself cannot say them. */
  readonly anyOf?: readonly object[]
}

export function about<T extends z.ZodMiniType>(schema: T, what: About): T {
  z.globalRegistry.add(schema, { ...what })
  return schema
}
