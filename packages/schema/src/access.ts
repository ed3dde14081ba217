import * as z from 'zod/mini'
import { about } from './about.ts'
import { LIMITS } from './limits.ts'
import { stepNameFault } from './name.ts'
import { projectFault } from './project.ts'
import { ROLES } from './role.ts'
import { ruled, Time } from './run.ts'

/** The seconds that a run token may live. */
export const TOKEN_SECONDS = { least: 60, greatest: 604_800 } as const

const RANGE = `must be a whole number of seconds from ${TOKEN_SECONDS.least} to ${TOKEN_SECONDS.greatest}`

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

/** The body of `POST /v1/runs/{run}/token`. */
export const CreateToken = z.strictObject({
  expiresIn: about(
    z.int({ error: RANGE }).check(z.minimum(TOKEN_SECONDS.least, RANGE), z.maximum(TOKEN_SECONDS.greatest, RANGE)),
    { description: 'Seconds.' },
  ),
})
export type CreateToken = z.output<typeof CreateToken>
