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
}

export function about<T extends z.ZodMiniType>(schema: T, what: About): T {
  z.globalRegistry.add(schema, { ...what })
  return schema
}
