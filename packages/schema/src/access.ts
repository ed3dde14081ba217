import * as z from 'zod/mini'
import { about, ruled } from './field.ts'
import { LIMITS } from './limits.ts'
import { stepNameFault } from './name.ts'
import { projectFault } from './project.ts'
import { ROLES } from './role.ts'
import { Time } from './run.ts'

const MIN_TOKEN_SECONDS = 60
const MAX_TOKEN_SECONDS = 604_800

const RoleName = about(z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }), {
  description: 'Each role includes the roles before it: read, log, admin, root.',
})
const Project = about(ruled(projectFault), {
  minLength: 1,
  maxLength: 64,
  description: 'Only a root key may set this. Defaults to the project of the calling key.',
})
const KeyName = about(ruled(stepNameFault), {
  minLength: 1,
  maxLength: LIMITS.nameCharacters,
  description: 'Shown as the author of logs. No control characters.',
})

/** The body of `POST /v1/keys`. */
export const CreateKey = z.strictObject({
  role: RoleName,
  project: z.optional(Project),
  name: z.optional(KeyName),
  expiresAt: z.optional(Time),
})
export type CreateKey = z.output<typeof CreateKey>

// A number schema of zod would add 3 KB to a function's cold start.
const Seconds = about(
  z.pipe(
    z.unknown(),
    z.transform((value, context) => {
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= MIN_TOKEN_SECONDS &&
        value <= MAX_TOKEN_SECONDS
      )
        return value
      const message = `must be a whole number of seconds from ${MIN_TOKEN_SECONDS} to ${MAX_TOKEN_SECONDS}`
      context.issues.push({ code: 'custom', input: value, message })
      return z.NEVER
    }),
  ),
  { type: 'integer', minimum: MIN_TOKEN_SECONDS, maximum: MAX_TOKEN_SECONDS, description: 'Seconds.' },
)

/** The body of `POST /v1/runs/{run}/token`. */
export const CreateToken = z.strictObject({ expiresIn: Seconds })
export type CreateToken = z.output<typeof CreateToken>
