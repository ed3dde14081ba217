import * as z from 'zod/mini'
import { canonicalId } from './id.ts'
import { runNameFault, stepNameFault } from './name.ts'
import { canonicalTime } from './time.ts'

export const RUN_STATUSES = ['running', 'completed', 'failed', 'stopped'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

const text = () => z.string({ error: 'must be a string' })

/** A string that a rule accepts as it is; the rule says what is wrong with one it does not. */
const ruled = (fault: (text: string) => string | undefined) =>
  text().check((context) => {
    const message = fault(context.value)
    if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message })
  })

/** A string that is read into its canonical spelling. */
const canonical = (read: (text: string) => string | undefined, message: string) =>
  z.pipe(
    text(),
    z.transform((value, context) => {
      const result = read(value)
      if (result !== undefined) return result
      context.issues.push({ code: 'custom', input: value, message })
      return z.NEVER
    }),
  )

export const RunName = ruled(runNameFault)
export const StepName = ruled(stepNameFault)
export const RunId = canonical(canonicalId, 'must be a UUID, such as 3f2c1b9e-8a51-4a7e-9d7c-0f6f5a1c2b3d')
export const Time = canonical(canonicalTime, 'must be an RFC 3339 time, such as 2026-01-31T12:00:00.000Z')
export const Status = z.enum(RUN_STATUSES, { error: `must be one of ${RUN_STATUSES.join(', ')}` })
const Flag = z.boolean({ error: 'must be true or false' })

/** The body of `POST /v1/runs`. */
export const CreateRun = z.strictObject({
  id: z.optional(RunId),
  name: z.optional(RunName),
  pipeline: z.optional(RunName),
  status: z.optional(Status),
  startedAt: z.optional(Time),
  index: z.optional(Flag),
})
export type CreateRun = z.output<typeof CreateRun>

/** The body of `PATCH /v1/runs/{run}`. */
export const UpdateRun = z.strictObject({
  status: z.optional(Status),
  endedAt: z.optional(Time),
  pipeline: z.optional(RunName),
})
export type UpdateRun = z.output<typeof UpdateRun>

/** What `POST /v1/runs/{run}/metadata` takes besides `metadata` and `types`. */
export const LogOptions = z.strictObject({
  step: z.optional(StepName),
  relatedEntities: z.optional(Flag),
  after: z.optional(text()),
})
export type LogOptions = z.output<typeof LogOptions>

/** A run as every reply shows it; times are RFC 3339, UTC, with milliseconds. */
export interface Run {
  readonly id: string
  readonly name: string
  readonly pipeline?: string
  readonly status: RunStatus
  readonly createdAt: string
  readonly startedAt?: string
  readonly endedAt?: string
}

/** The reply to a log. */
export interface LogReceipt {
  readonly run: { readonly id: string; readonly name: string }
  readonly log: {
    readonly id: string
    readonly createdAt: string
    /** Opaque; of two logs the one with the greater string is the later one. */
    readonly position: string
    readonly step?: string
  }
}
