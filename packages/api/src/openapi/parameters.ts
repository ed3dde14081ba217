import { RUN_STATUSES } from '@runmeta/schema/run'

type Json = Record<string, unknown>

const STRING = { type: 'string' }
const TIME = { type: 'string', format: 'date-time' }
const strings = (schema: Json = STRING): Json => ({ type: 'array', items: schema })
const count = (maximum: number, standard: number): Json => ({
  type: 'integer',
  minimum: 1,
  maximum,
  default: standard,
})

const parameter = (place: string, name: string, description: string, schema: Json): Json => ({
  name,
  in: place,
  required: place === 'path' || name === 'key',
  description,
  schema,
})
const path = (name: string, description: string): Json => parameter('path', name, description, STRING)
const query = (name: string, description: string, schema: Json = STRING): Json =>
  parameter('query', name, description, schema)
const header = (name: string, description: string, schema: Json = STRING): Json =>
  parameter('header', name, description, schema)

/** By the name that `CALLS` use; some parameters of different calls have the same name. */
export const PARAMETERS: Readonly<Record<string, Json>> = {
  id: query('id', 'An id; may be repeated, up to 100 times.', strings({ type: 'string', format: 'uuid' })),
  name: query('name', 'The beginning of the name; case-sensitive.'),
  nameContains: query('nameContains', 'A part of the name; case-insensitive.'),
  pipeline: query('pipeline', 'The pipeline; may be repeated to match any of several.', strings()),
  status: query('status', 'The status; may be repeated to match any of several.', strings({ enum: RUN_STATUSES })),
  createdAfter: query('createdAfter', 'Created after this time; excludes the moment itself.', TIME),
  createdBefore: query('createdBefore', 'Created before this time; excludes the moment itself.', TIME),
  where: query(
    'where',
    'A condition, `<pointer> <op> <JSON>`, such as `/run_metrics/accuracy >= 0.9`; may be repeated: all must hold.',
    strings(),
  ),
  select: query('select', 'A JSON Pointer; each run comes with the value there. May be repeated.', strings()),
  include: query('include', '`metadata` returns each run with all of its metadata.', { enum: ['metadata'] }),
  order: query('order', 'A JSON Pointer or `createdAt`; a leading `-` sorts in descending order.'),
  listLimit: query('limit', 'Runs per page; at most 20 with `include=metadata`.', count(200, 50)),
  cursor: query('cursor', '`next` of the previous page.'),
  run: path('run', 'An id, a name or a prefix of either, percent-encoded.'),
  key: query('key', 'The metadata key.', { type: 'string', minLength: 1 }),
  step: query('step', 'The step that has the key; without it, the run.'),
  limit: query('limit', 'Entries per page.', count(1000, 100)),
  metadataCursor: query('metadataCursor', '`metadataNext` of the previous page.'),
  at: query(
    'at',
    'The id or position of a log, or a time: returns the metadata as of then. A time in the future means now.',
  ),
  importedAt: query(
    'createdAt',
    'For imports: when the key was unset. Must not be in the future, and needs a key with the role admin.',
    TIME,
  ),
  exact: query('exact', 'If `true`, the run must be given by its id or its whole name, not by a prefix.', {
    type: 'boolean',
    default: false,
  }),
  exactRun: path('run', 'An exact id or name, percent-encoded.'),
  keyId: path('id', 'The id of an API key.'),
  ifNoneMatch: header('If-None-Match', 'The `ETag` of an earlier reply.'),
  idempotencyKey: header('Idempotency-Key', 'A log or an unset that is sent again with the same key counts once.', {
    type: 'string',
    minLength: 1,
    maxLength: 255,
  }),
}
