import * as z from 'zod/mini'
import { about, converted, ruled, text } from './field.ts'
import { canonicalId } from './id.ts'
import { LIMITS } from './limits.ts'
import { runNameFault, stepNameFault } from './name.ts'
import { canonicalTime } from './time.ts'

export const RUN_STATUSES = ['running', 'completed', 'failed', 'stopped'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

const NAME = { minLength: 1, maxLength: LIMITS.nameCharacters }

/** A new schema of a time, because each has its own description. */
export const time = (description: string) =>
  about(converted(canonicalTime, 'must be an RFC 3339 time, such as 2026-01-31T12:00:00.000Z'), {
    description,
    format: 'date-time',
  })

export const RunName = about(ruled(runNameFault), {
  ...NAME,
  description: 'No control characters and none of / \\ # ? %; not . or ..',
})
export const StepName = about(ruled(stepNameFault), { ...NAME, description: 'No control characters.' })
export const RunId = about(converted(canonicalId, 'must be a UUID, such as 3f2c1b9e-8a51-4a7e-9d7c-0f6f5a1c2b3d'), {
  description: 'A UUID in any case; hyphens are optional.',
})
export const Time = time('RFC 3339; truncated to milliseconds.')
const ExpiryTime = time('The run is deleted from this time on. Must be in the future.')
/** The original time of imported data. */
export const ImportTime = time('For imports: must not be in the future, and needs a key with the role admin.')
export const Status = z.enum(RUN_STATUSES, { error: `must be one of ${RUN_STATUSES.join(', ')}` })
const Flag = z.boolean({ error: 'must be true or false' })

/** The body of `POST /v1/runs`. */
export const CreateRun = z.strictObject({
  id: z.optional(RunId),
  name: z.optional(RunName),
  pipeline: z.optional(RunName),
  status: z.optional(Status),
  startedAt: z.optional(Time),
  endedAt: z.optional(Time),
  createdAt: z.optional(ImportTime),
  expiresAt: z.optional(ExpiryTime),
  index: z.optional(Flag),
})
export type CreateRun = z.output<typeof CreateRun>

/** The body of `PATCH /v1/runs/{run}`. */
export const UpdateRun = z.strictObject({
  status: z.optional(Status),
  endedAt: z.optional(Time),
  pipeline: z.optional(RunName),
  name: z.optional(RunName),
  expiresAt: z.optional(z.nullable(ExpiryTime)),
})
export type UpdateRun = z.output<typeof UpdateRun>

/** The fields of `POST /v1/runs/{run}/metadata` other than `metadata` and `types`. */
export const LogOptions = z.strictObject({
  step: z.optional(StepName),
  relatedEntities: z.optional(Flag),
  after: z.optional(text()),
  createdAt: z.optional(ImportTime),
})
export type LogOptions = z.output<typeof LogOptions>

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

/** Returns why an idempotency key is invalid. */
export const idempotencyKeyFault = (text: string): string | undefined =>
  IDEMPOTENCY_KEY.test(text) ? undefined : 'must be 1 to 255 printable ASCII characters, such as a UUID'

/** The fields of a log in `POST /v1/metadata` other than `metadata` and `types`. */
export const ManyLogOptions = z.strictObject({
  run: about(text('is missing; send an id, a name or a prefix', 'must be a string: an id, a name or a prefix'), {
    description: 'An id, a name or a prefix of either.',
  }),
  ...LogOptions.shape,
  exact: z.optional(Flag),
  idempotencyKey: z.optional(
    about(ruled(idempotencyKeyFault), {
      minLength: 1,
      maxLength: 255,
      description: 'A log that is sent again with the same key counts once. Printable ASCII characters only.',
    }),
  ),
})
