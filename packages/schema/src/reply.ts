import * as z from 'zod/mini'
import { about } from './field.ts'
import { LIMITS } from './limits.ts'
import { PROBLEMS, type ProblemCode, type ProblemStatus } from './problem.ts'
import { ROLES } from './role.ts'
import { RUN_STATUSES } from './run.ts'
import { TYPE_KINDS, type TypeName } from './type-names.ts'

/** What replies look like. The OpenAPI document is made from this; the server imports none of it. */

const codes = Object.keys(PROBLEMS) as ProblemCode[]
const statuses = [...new Set(Object.values(PROBLEMS).map(({ status }) => status))] satisfies ProblemStatus[]
const typeNames = Object.keys(TYPE_KINDS) as TypeName[]
const count = () => z.int().check(z.nonnegative())

const time = () => z.iso.datetime({ precision: 3 })
const Pointer = about(z.string(), { description: 'A JSON Pointer (RFC 6901).' })

const Next = z.exactOptional(
  about(z.string(), {
    description: 'The cursor of the next page; absent on the last. A page may be short or empty and still have a next.',
  }),
)

export const Run = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  pipeline: z.exactOptional(z.string()),
  status: z.enum(RUN_STATUSES),
  createdAt: time(),
  startedAt: z.exactOptional(time()),
  endedAt: z.exactOptional(time()),
  expiresAt: z.exactOptional(about(time(), { description: 'The run is deleted from this time on.' })),
})
/** A run as every reply shows it; times are RFC 3339, UTC, with milliseconds. */
export type Run = Readonly<z.output<typeof Run>>

export const Types = about(z.record(Pointer, z.enum(typeNames)), {
  description: 'The types of typed values, by JSON Pointer from the root of `metadata`.',
})
export const Metadata = about(z.record(z.string(), z.unknown()), {
  description: 'Any JSON values by key, as they were logged.',
})
const Scope = z.strictObject({ metadata: Metadata, types: Types })

export const RunWithMetadata = z.strictObject({
  ...Run.shape,
  ...Scope.shape,
  steps: about(z.record(z.string(), Scope), { description: 'By step name.' }),
  metadataNext: z.exactOptional(
    about(z.string(), {
      description:
        'Present if `metadata`, `types` and `steps` have more pages: send it as `metadataCursor`, and join the pages.',
    }),
  ),
})

export const LogReceipt = z.strictObject({
  run: z.strictObject({ id: z.uuid(), name: z.string() }),
  log: z.strictObject({
    id: z.string(),
    createdAt: time(),
    position: about(z.string(), {
      description: 'Opaque. Positions sort as strings: the greater one is the later log.',
    }),
    step: z.exactOptional(z.string()),
    unindexed: z.exactOptional(
      about(z.int().check(z.positive()), {
        description: 'The number of scalars outside arrays that a search cannot find; absent if it is 0.',
      }),
    ),
  }),
})
/** The reply to a log. */
export type LogReceipt = Readonly<z.output<typeof LogReceipt>>

const Author = z.strictObject({
  key: about(z.strictObject({ id: z.string(), name: z.string() }), { description: 'The API key.' }),
  token: z.exactOptional(about(z.boolean(), { description: 'true if a run token of that key logged.' })),
})

export const History = z.strictObject({
  entries: z.array(
    z.strictObject({
      value: about(z.unknown(), { description: 'The value as it was logged.' }),
      types: about(z.record(Pointer, z.enum(typeNames)), {
        description: 'By JSON Pointer from the value; `""` is the value itself.',
      }),
      log: about(z.string(), { description: 'The id of the log.' }),
      step: z.exactOptional(about(z.string(), { description: 'The step that the log named.' })),
      createdAt: time(),
      by: Author,
    }),
  ),
  next: Next,
})

export const Logs = z.strictObject({
  run: z.strictObject({
    id: z.uuid(),
    name: z.string(),
    index: z.exactOptional(about(z.boolean(), { description: 'false if the run’s metadata is not searchable.' })),
  }),
  logs: z.array(
    z.strictObject({
      id: z.string(),
      position: z.string(),
      createdAt: time(),
      by: Author,
      step: z.exactOptional(z.string()),
      relatedEntities: z.exactOptional(
        about(z.boolean(), { description: 'false if the step’s log does not also go to the run.' }),
      ),
      unset: z.exactOptional(
        about(z.string(), { description: 'The key that was unset. Such a log has no `metadata`.' }),
      ),
      metadata: z.exactOptional(Metadata),
      types: z.exactOptional(Types),
    }),
  ),
  next: Next,
})

export const Key = z.strictObject({
  id: z.string(),
  name: about(z.string(), { description: 'Derived from the role and the id if none was given.' }),
  project: z.string(),
  role: z.enum(ROLES),
  createdAt: time(),
  expiresAt: z.exactOptional(time()),
})
/** An API key as every reply shows it: without its secret. */
export type Key = Readonly<z.output<typeof Key>>

export const CreatedKey = z.strictObject({
  ...Key.shape,
  key: about(z.string(), { description: 'The key itself, `rmk_…`. It is shown only once.' }),
})
/** The reply to the creation of a key. */
export type CreatedKey = Readonly<z.output<typeof CreatedKey>>

export const Keys = z.strictObject({ keys: about(z.array(Key), { description: 'Newest first.' }) })

export const RunToken = z.strictObject({
  token: about(z.string(), { description: '`rmt_…`: can only log to its run, by the run’s id.' }),
  expiresAt: about(time(), { description: 'Not later than the expiry of the key that issued it.' }),
})
/** The reply to the creation of a run token. */
export type RunToken = Readonly<z.output<typeof RunToken>>

const ListedRun = z.strictObject({
  ...Run.shape,
  selected: z.exactOptional(
    about(z.record(Pointer, z.unknown()), {
      description:
        'The values at the pointers of `select`, as they were logged; a pointer that names nothing is absent.',
    }),
  ),
  metadata: z.exactOptional(Metadata),
  types: z.exactOptional(Types),
  steps: z.exactOptional(z.record(z.string(), Scope)),
  metadataNext: z.exactOptional(
    about(z.string(), { description: 'The `metadataCursor` for the rest of the run’s metadata.' }),
  ),
})

export const Runs = z.strictObject({
  runs: z.array(ListedRun),
  order: about(z.string(), { description: 'The order of the runs.' }),
  next: Next,
})

export const Limits = z.strictObject(
  Object.fromEntries(Object.keys(LIMITS).map((name) => [name, count()])) as Record<
    keyof typeof LIMITS,
    ReturnType<typeof count>
  >,
)

export const Health = z.strictObject({
  status: z.literal('ok'),
  engine: z.strictObject({ name: z.string(), promises: z.array(z.string()) }),
})

export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.literal(statuses),
  detail: about(z.string(), { description: 'What is wrong, where, and what is allowed.' }),
  code: z.enum(codes),
  requestId: z.string(),
  pointer: z.exactOptional(about(z.string(), { description: 'Where in `metadata` (`invalid_value`).' })),
  reason: z.exactOptional(about(z.string(), { description: 'Why the value is invalid (`invalid_value`).' })),
  candidates: z.exactOptional(
    about(z.array(z.strictObject({ id: z.uuid(), name: z.string(), createdAt: time() })).check(z.maxLength(20)), {
      description: 'Runs that match (`ambiguous_run`).',
    }),
  ),
  more: z.exactOptional(about(z.boolean(), { description: 'Whether more runs match (`ambiguous_run`).' })),
})
/** The reply to many logs. */
export const LogResults = z.strictObject({
  results: about(z.array(z.union([z.strictObject({ status: z.literal(201), ...LogReceipt.shape }), Problem])), {
    description: 'In the order of the logs: a receipt, or the problem of a log that was refused.',
  }),
})

/** The body of every refusal, `application/problem+json` (RFC 9457). */
export type Problem = Readonly<z.output<typeof Problem>>
/** The members of some problems besides those of RFC 9457. */
export type ProblemExtras = Pick<Problem, 'pointer' | 'reason' | 'candidates' | 'more'>
/** A run that an ambiguous reference could mean. */
export type Candidate = NonNullable<Problem['candidates']>[number]
