import * as z from 'zod/mini'

/** What the OpenAPI document adds to a schema. */
interface About {
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

/** Describes a schema. A second description would replace the first one wherever the schema is used. */
export function about<T extends z.ZodMiniType>(schema: T, what: About): T {
  if (z.globalRegistry.has(schema)) throw new Error(`the schema already has a description: ${JSON.stringify(what)}`)
  z.globalRegistry.add(schema, { ...what })
  return schema
}

/** @param missing Why the field is needed, if it is not optional. */
export const text = (missing?: string, wrong = 'must be a string') =>
  z.string({ error: ({ input }) => (input === undefined ? missing : undefined) ?? wrong })

/** A string that passes a check. The check returns why a string is invalid. */
export const ruled = (fault: (text: string) => string | undefined, missing?: string) =>
  text(missing).check((context) => {
    const message = fault(context.value)
    if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message })
  })

/** A string that is converted to another value. `read` returns undefined if the string is invalid. */
export const converted = <T>(read: (text: string) => T | undefined, message: string) =>
  z.pipe(
    text(),
    z.transform((value, context): T => {
      const result = read(value)
      if (result !== undefined) return result
      context.issues.push({ code: 'custom', input: value, message })
      return z.NEVER
    }),
  )
