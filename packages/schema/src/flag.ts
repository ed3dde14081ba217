import * as z from 'zod/mini'

/** A query parameter that is `true` or `false`. */
export const FlagText = z.pipe(
  z.string(),
  z.transform((text, context) => {
    if (text === 'true' || text === 'false') return text === 'true'
    context.issues.push({ code: 'custom', input: text, message: 'must be true or false' })
    return z.NEVER
  }),
)
