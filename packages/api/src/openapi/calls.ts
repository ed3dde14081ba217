import type { Role } from '@runmeta/schema/role'

/** One call of the API, as the document describes it. */
export interface Call {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  /** Whether it needs no key. */
  readonly isOpen?: boolean
  /** The lowest role of a key that it takes. @default 'read' */
  readonly needs?: Role
  /** Whether it takes a run token as well. */
  readonly takesToken?: boolean
  readonly parameters?: readonly string[]
  /** The schema of the body. */
  readonly input?: string
  /** Of the replies. @default 'application/json' */
  readonly mediaType?: string
  /** By status: a description, and the schema of the body. */
  readonly replies: Readonly<Record<number, readonly [description: string, schema?: string]>>
}

export const CALLS: readonly Call[] = [
  {
    method: 'post',
    path: '/v1/runs',
    summary: 'Get or create a run by id, name or neither',
    needs: 'log',
    input: 'CreateRun',
    replies: { 200: ['The run was there already, and is unchanged.', 'Run'], 201: ['The run is new.', 'Run'] },
  },
  {
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
    method: 'post',
    path: '/v1/runs/search',
    summary: 'Search runs, with conditions as JSON',
    input: 'Search',
    replies: { 200: ['A page of runs; it may be short or empty and still have a next.', 'Runs'] },
  },
  {
    method: 'get',
    path: '/v1/runs/{run}',
    summary: 'Read a run with its metadata and that of its steps',
    parameters: ['run', 'exact', 'at', 'metadataCursor', 'ifNoneMatch'],
    replies: { 200: ['The run, with an ETag.', 'RunWithMetadata'], 304: ['The run is as the ETag says.'] },
  },
  {
    method: 'patch',
    path: '/v1/runs/{run}',
    summary: 'Change a run’s name, status, end, pipeline or expiry; takes an exact id or name',
    needs: 'log',
    parameters: ['exactRun'],
    input: 'UpdateRun',
    replies: { 200: ['The run as changed.', 'Run'] },
  },
  {
    method: 'delete',
    path: '/v1/runs/{run}',
    summary: 'Delete a run and all that hangs on it, for good; takes an exact id or name',
    needs: 'admin',
    parameters: ['exactRun'],
    replies: { 204: ['Nothing can read it any more; its name is free, and its id is never used again.'] },
  },
  {
    method: 'post',
    path: '/v1/runs/{run}/metadata',
    summary: 'Log metadata to a run or to one of its steps: every key or none, once',
    needs: 'log',
    takesToken: true,
    parameters: ['run', 'exact', 'idempotencyKey'],
    input: 'Log',
    replies: { 201: ['The log is durable.', 'LogReceipt'] },
  },
  {
    method: 'post',
    path: '/v1/metadata',
    summary: 'Log to any runs, up to 100 logs in one request: each by itself, all or none, once',
    needs: 'log',
    parameters: ['exact'],
    input: 'ManyLogs',
    replies: { 200: ['What became of each log, in their order.', 'LogResults'] },
  },
  {
    method: 'delete',
    path: '/v1/runs/{run}/metadata',
    summary: 'Unset a key of a run or of one of its steps; its history stays',
    needs: 'log',
    parameters: ['run', 'exact', 'key', 'step', 'importedAt', 'idempotencyKey'],
    replies: { 204: ['The key has no value any more.'] },
  },
  {
    method: 'get',
    path: '/v1/runs/{run}/history',
    summary: 'Read what a key was, newest first',
    parameters: ['run', 'exact', 'key', 'step', 'limit', 'cursor'],
    replies: { 200: ['A page of entries; it may be short or empty and still have a next.', 'History'] },
  },
  {
    method: 'get',
    path: '/v1/runs/{run}/logs',
    summary: 'Read all that was logged to a run and its steps, and what was unset, newest first',
    parameters: ['run', 'exact', 'limit', 'cursor'],
    replies: { 200: ['A page of logs; it may be short or empty and still have a next.', 'Logs'] },
  },
  {
    method: 'post',
    path: '/v1/runs/{run}/token',
    summary: 'Make a token that logs to one run, by its id, and does nothing else; takes an exact id or name',
    needs: 'log',
    parameters: ['exactRun'],
    input: 'CreateToken',
    replies: { 201: ['The token; nothing is kept of it.', 'RunToken'] },
  },
  {
    method: 'post',
    path: '/v1/keys',
    summary: 'Make an API key, whose secret is shown this once',
    needs: 'admin',
    input: 'CreateKey',
    replies: { 201: ['The key is in force.', 'CreatedKey'] },
  },
  {
    method: 'get',
    path: '/v1/keys',
    summary: 'List the project’s API keys without their secrets; for a key of the role root those of all projects',
    needs: 'admin',
    replies: { 200: ['All of them, newest first.', 'Keys'] },
  },
  {
    method: 'delete',
    path: '/v1/keys/{id}',
    summary: 'Revoke an API key, and with it the run tokens that it issued',
    needs: 'admin',
    parameters: ['keyId'],
    replies: { 204: ['It is refused everywhere within a minute.'] },
  },
  {
    method: 'get',
    path: '/v1/limits',
    summary: 'The limits in force',
    isOpen: true,
    replies: { 200: ['Bytes, characters and counts.', 'Limits'] },
  },
  {
    method: 'get',
    path: '/v1/health',
    summary: 'Whether the store answers, which engine it is, and what that promises',
    isOpen: true,
    replies: { 200: ['The store answers.', 'Health'] },
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    isOpen: true,
    replies: { 200: ['OpenAPI 3.1.'] },
  },
  {
    method: 'get',
    path: '/docs',
    summary: 'This document for reading',
    isOpen: true,
    mediaType: 'text/html',
    replies: { 200: ['A page that loads nothing and works offline.'] },
  },
]
