import * as z from 'zod/mini'
import { about } from './about.ts'
import { LIMITS } from './limits.ts'
import { stepNameFault } from './name.ts'
import { projectFault } from './project.ts'
import { ROLES } from './role.ts'
import { ruled, Time } from './run.ts'

/** The seconds that a run token may live. */
const [LEAST, GREATEST] = [60, 604_800]

export const RoleName = about(z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }), {
  description: 'Each role may do what those before it may: read, log, admin, root.',
})
const Project = about(ruled(projectFault), {
  minLength: 1,
  maxLength: 64,
  description: 'For a key of the role root only; else it is that of the key that is shown.',
})
const KeyName = about(ruled(stepNameFault), {
  minLength: 1,
  maxLength: LIMITS.nameCharacters,
  description: 'Shown where the key logged. No control characters.',
})

/** The body of `POST /v1/keys`. */
export const CreateKey = z.strictObject({
  role: RoleName,
  project: z.optional(Project),
  name: z.optional(KeyName),
  expiresAt: z.optional(Time),
})
export type CreateKey = z.output<typeof CreateKey>

// Not a schema of numbers, which is 3 KB of a function's cold start.
const Seconds = about(
  z.pipe(
    z.unknown(),
    z.transform((value, context) => {
      if (typeof value === 'number' && Number.isInteger(value) && value >= LEAST && value <= GREATEST) return value
      const message = `must be a whole number of seconds from ${LEAST} to ${GREATEST}`
      context.issues.push({ code: 'custom', input: value, message })
      return z.NEVER
    }),
  ),
  { type: 'integer', minimum: LEAST, maximum: GREATEST, description: 'Seconds.' },
)

/** The body of `POST /v1/runs/{run}/token`. */
export const CreateToken = z.strictObject({ expiresIn: Seconds })
export type CreateToken = z.output<typeof CreateToken>
