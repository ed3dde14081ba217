import * as z from 'zod/mini'

/** What the OpenAPI document adds to a schema. */
export interface About {
  readonly description?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly format?: string
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  /** The accepted forms, as JSON Schema, if zod cannot derive them. */
  readonly anyOf?: readonly object[]
}

export function about<T extends z.ZodMiniType>(schema: T, what: About): T {
  z.globalRegistry.add(schema, { ...what })
  return schema
}
