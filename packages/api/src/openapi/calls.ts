import type { ProblemCode } from '@runmeta/schema/problem'
import type { Role } from '@runmeta/schema/role'

/** One call of the API in the document. */
export interface Call {
  /** The `operationId`, from which generated clients name the call. */
  readonly id: string
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  /** Whether the call needs no key. */
  readonly isOpen?: boolean
  /** The lowest role that may make the call. @default 'read' */
  readonly needs?: Role
  /** Whether a run token may make the call. */
  readonly takesToken?: boolean
  readonly parameters?: readonly string[]
  /** The schema of the body. */
  readonly input?: string
  /** The media type of the replies. @default 'application/json' */
  readonly mediaType?: string
  /** Error codes specific to the call; `codesOf` adds the common ones. */
  readonly refusals?: readonly ProblemCode[]
  /** By status: a description, and the schema of the body. */
  readonly replies: Readonly<Record<number, readonly [description: string, schema?: string]>>
}

export const CALLS: readonly Call[] = [
  {
    id: 'createRun',
    method: 'post',
    path: '/v1/runs',
    refusals: ['name_taken', 'id_taken'],
    summary: 'Get or create a run by id, name or neither',
    needs: 'log',
    input: 'CreateRun',
    replies: { 200: ['The run already existed, and is unchanged.', 'Run'], 201: ['The run is new.', 'Run'] },
  },
  {
    id: 'listRuns',
    method: 'get',
    path: '/v1/runs',
    summary: 'List and search runs',
    parameters: [
      'id',
      'name',
      'nameContains',
      'pipeline',
      'status',
      'createdAfter',
      'createdBefore',
      'where',
      'select',
      'include',
      'order',
      'listLimit',
      'listCursor',
    ],
    replies: { 200: ['A page of runs; it may be short or empty and still have a next.', 'Runs'] },
  },
  {
    id: 'searchRuns',
    method: 'post',
    path: '/v1/runs/search',
    summary: 'Search runs, with conditions as JSON',
    input: 'Search',
    replies: { 200: ['A page of runs; it may be short or empty and still have a next.', 'Runs'] },
  },
  {
    id: 'getRun',
    method: 'get',
    path: '/v1/runs/{run}',
    refusals: ['run_not_found', 'ambiguous_run'],
    summary: 'Read a run with its metadata and its steps',
    parameters: ['run', 'exact', 'at', 'metadataCursor', 'ifNoneMatch'],
    replies: {
      200: ['The run, with an ETag.', 'RunWithMetadata'],
      304: ['The run is unchanged since the reply with this ETag.'],
    },
  },
  {
    id: 'updateRun',
    method: 'patch',
    path: '/v1/runs/{run}',
    refusals: ['run_not_found', 'name_taken'],
    summary: 'Change a run’s name, status, end, pipeline or expiry; takes an exact id or name',
    needs: 'log',
    parameters: ['exactRun'],
    input: 'UpdateRun',
    replies: { 200: ['The changed run.', 'Run'] },
  },
  {
    id: 'deleteRun',
    method: 'delete',
    path: '/v1/runs/{run}',
    refusals: ['run_not_found'],
    summary: 'Delete a run and everything that belongs to it, for good; takes an exact id or name',
    needs: 'admin',
    parameters: ['exactRun'],
    replies: { 204: ['The run cannot be read any more. Its name is free; its id is never used again.'] },
  },
  {
    id: 'logMetadata',
    method: 'post',
    path: '/v1/runs/{run}/metadata',
    refusals: ['run_not_found', 'ambiguous_run', 'invalid_value', 'idempotency_key_reused'],
    summary: 'Log metadata to a run or to one of its steps; atomic, and once per idempotency key',
    needs: 'log',
    takesToken: true,
    parameters: ['run', 'exact', 'idempotencyKey'],
    input: 'Log',
    replies: { 201: ['The log is durable.', 'LogReceipt'] },
  },
  {
    id: 'logMany',
    method: 'post',
    path: '/v1/metadata',
    summary: 'Log to any runs, up to 100 logs in one request; each log is atomic and independent of the others',
    needs: 'log',
    parameters: ['exact'],
    input: 'ManyLogs',
    replies: { 200: ['The result of each log, in their order.', 'LogResults'] },
  },
  {
    id: 'unsetMetadata',
    method: 'delete',
    path: '/v1/runs/{run}/metadata',
    refusals: ['run_not_found', 'key_not_found', 'ambiguous_run', 'idempotency_key_reused'],
    summary: 'Unset a key of a run or of one of its steps; its history stays',
    needs: 'log',
    parameters: ['run', 'exact', 'key', 'step', 'importedAt', 'idempotencyKey'],
    replies: { 204: ['The key has no value.'] },
  },
  {
    id: 'getHistory',
    method: 'get',
    path: '/v1/runs/{run}/history',
    refusals: ['run_not_found', 'key_not_found', 'ambiguous_run'],
    summary: 'Read the history of a key, newest first',
    parameters: ['run', 'exact', 'key', 'step', 'limit', 'cursor'],
    replies: { 200: ['A page of entries; it may be short or empty and still have a next.', 'History'] },
  },
  {
    id: 'getLogs',
    method: 'get',
    path: '/v1/runs/{run}/logs',
    refusals: ['run_not_found', 'ambiguous_run'],
    summary: 'Read all logs and unsets of a run and its steps, newest first',
    parameters: ['run', 'exact', 'limit', 'cursor'],
    replies: { 200: ['A page of logs; it may be short or empty and still have a next.', 'Logs'] },
  },
  {
    id: 'createRunToken',
    method: 'post',
    path: '/v1/runs/{run}/token',
    refusals: ['run_not_found'],
    summary: 'Create a token that can only log to one run, by its id; takes an exact id or name',
    needs: 'log',
    parameters: ['exactRun'],
    input: 'CreateToken',
    replies: { 201: ['The token, which is not stored.', 'RunToken'] },
  },
  {
    id: 'createKey',
    method: 'post',
    path: '/v1/keys',
    summary: 'Create an API key; its secret is shown only once',
    needs: 'admin',
    input: 'CreateKey',
    replies: { 201: ['The new key.', 'CreatedKey'] },
  },
  {
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    summary: 'List the project’s API keys without their secrets; a root key lists those of all projects',
    needs: 'admin',
    replies: { 200: ['All keys, newest first.', 'Keys'] },
  },
  {
    id: 'revokeKey',
    method: 'delete',
    path: '/v1/keys/{id}',
    refusals: ['not_found'],
    summary: 'Revoke an API key and the run tokens that it issued',
    needs: 'admin',
    parameters: ['keyId'],
    replies: { 204: ['The key is revoked. All servers refuse it within a minute.'] },
  },
  {
    id: 'getLimits',
    method: 'get',
    path: '/v1/limits',
    summary: 'The limits in force',
    isOpen: true,
    replies: { 200: ['Bytes, characters and counts.', 'Limits'] },
  },
  {
    id: 'getHealth',
    method: 'get',
    path: '/v1/health',
    refusals: ['store_unavailable'],
    summary: 'Whether the store responds, its engine, and what the engine promises',
    isOpen: true,
    replies: { 200: ['The store answers.', 'Health'] },
  },
  {
    id: 'getOpenapi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    isOpen: true,
    replies: { 200: ['OpenAPI 3.1.'] },
  },
  {
    id: 'getDocs',
    method: 'get',
    path: '/docs',
    summary: 'This document as a page',
    isOpen: true,
    mediaType: 'text/html',
    replies: { 200: ['A page that loads nothing and works offline.'] },
  },
]

/** Every error code of a call. */
export function codesOf({ isOpen = false, input, refusals = [] }: Call): readonly ProblemCode[] {
  const guarded: ProblemCode[] = ['unauthorized', 'forbidden', 'rate_limited', 'internal', 'store_unavailable']
  const body: ProblemCode[] = ['payload_too_large', 'unsupported_media_type']
  return ['bad_request', ...(isOpen ? [] : guarded), ...(input === undefined ? [] : body), ...refusals]
}
