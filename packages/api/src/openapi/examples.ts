import { LIMITS } from '@runmeta/schema/limits'

/** An example of a call. A test makes all calls in this order against the app, and compares the replies. */
export interface Example {
  /** The path and the query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
  /** Absent if the reply has no body. */
  readonly reply?: unknown
}

const ID = '5b1e8a52-6a40-4a39-b6d0-0a2f0a5f1c3e'
const NAME = 'iris-1'
const RUN = { id: ID, name: NAME, pipeline: 'iris', createdAt: '2026-11-26T09:00:00.000Z' }
const STARTED = { startedAt: '2026-11-26T09:00:00.000Z' }
const BY = { key: { id: 'root', name: 'root' } }
const LOG = { id: '0d6f1f0e9d5f4a6f8f0c1b2a3d4e5f60', createdAt: '2026-11-26T09:01:00.000Z' }
const POSITION = '1OTIE1ANT000H0GC1PQ71'
const METRICS = { accuracy: 0.95, loss: 0.12 }
const KEY = { id: 'k3c9v7m2', name: 'nightly pipeline', project: 'default', role: 'log' }
const METADATA = { dataset: 's3://datasets/iris.csv', run_metrics: METRICS }
const TYPES = { '/dataset': 'Uri' }
const LISTED = { ...RUN, status: 'completed', ...STARTED, endedAt: '2026-11-26T09:02:00.000Z' }
const SELECTED = { ...LISTED, selected: { '/run_metrics/accuracy': 0.95 } }

/** By the id of the call. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  createRun: {
    path: '/v1/runs',
    body: { name: NAME, pipeline: 'iris' },
    status: 201,
    reply: { ...RUN, status: 'running', ...STARTED },
  },
  logMetadata: {
    path: `/v1/runs/${NAME}/metadata`,
    headers: { 'Idempotency-Key': 'train-iris-1' },
    body: { metadata: METADATA, types: TYPES, step: 'train' },
    status: 201,
    reply: { run: { id: ID, name: NAME }, log: { ...LOG, position: POSITION, step: 'train' } },
  },
  logMany: {
    path: '/v1/metadata',
    body: {
      logs: [
        { run: NAME, metadata: { epoch: 1 }, idempotencyKey: 'iris-1-epoch-1' },
        { run: 'iris-0', metadata: { epoch: 1 }, exact: true },
      ],
    },
    status: 200,
    reply: {
      results: [
        { status: 201, run: { id: ID, name: NAME }, log: { ...LOG, position: POSITION } },
        {
          type: 'urn:runmeta:problem:run_not_found',
          title: 'No such run',
          status: 404,
          detail: 'run: no run of the project has this id or name',
          code: 'run_not_found',
          requestId: '8f14e45f-ceea-467f-9c1a-6d1c0f5a1b2c',
        },
      ],
    },
  },
  updateRun: {
    path: `/v1/runs/${NAME}`,
    body: { status: 'completed' },
    status: 200,
    reply: LISTED,
  },
  getRun: {
    path: '/v1/runs/iris',
    status: 200,
    reply: {
      ...LISTED,
      metadata: { ...METADATA, epoch: 1 },
      types: TYPES,
      steps: { train: { metadata: METADATA, types: TYPES } },
    },
  },
  listRuns: {
    path: `/v1/runs?where=${encodeURIComponent('/run_metrics/accuracy >= 0.9')}&select=/run_metrics/accuracy`,
    status: 200,
    reply: { runs: [SELECTED], order: '-/run_metrics/accuracy' },
  },
  searchRuns: {
    path: '/v1/runs/search',
    body: {
      where: {
        or: [{ pointer: '/run_metrics/accuracy', op: '>=', value: 0.9 }, { not: { pointer: '/epoch', op: 'exists' } }],
      },
      status: ['completed'],
      select: ['/run_metrics/accuracy'],
      order: '-/run_metrics/accuracy',
    },
    status: 200,
    reply: { runs: [SELECTED], order: '-/run_metrics/accuracy' },
  },
  getHistory: {
    path: `/v1/runs/${NAME}/history?key=dataset`,
    status: 200,
    reply: {
      entries: [
        { value: METADATA.dataset, types: { '': 'Uri' }, log: LOG.id, step: 'train', createdAt: LOG.createdAt, by: BY },
      ],
    },
  },
  getLogs: {
    path: `/v1/runs/${NAME}/logs?limit=1`,
    status: 200,
    reply: {
      run: { id: ID, name: NAME },
      logs: [{ ...LOG, position: POSITION, by: BY, metadata: { epoch: 1 }, types: {} }],
      next: 'eyJsYXN0IjoiMU9USUUxIn0',
    },
  },
  createRunToken: {
    path: `/v1/runs/${NAME}/token`,
    body: { expiresIn: 3600 },
    status: 201,
    reply: { token: 'rmt_…', expiresAt: '2026-11-26T10:00:00.000Z' },
  },
  createKey: {
    path: '/v1/keys',
    body: { role: 'log', name: 'nightly pipeline' },
    status: 201,
    reply: { ...KEY, key: 'rmk_k3c9v7m2_…', createdAt: '2026-11-26T09:00:00.000Z' },
  },
  listKeys: {
    path: '/v1/keys',
    status: 200,
    reply: { keys: [{ ...KEY, createdAt: '2026-11-26T09:00:00.000Z' }] },
  },
  revokeKey: { path: `/v1/keys/${KEY.id}`, status: 204 },
  unsetMetadata: { path: `/v1/runs/${NAME}/metadata?key=epoch`, status: 204 },
  deleteRun: { path: `/v1/runs/${NAME}`, status: 204 },
  getLimits: {
    path: '/v1/limits',
    status: 200,
    reply: LIMITS,
  },
  getHealth: {
    path: '/v1/health',
    status: 200,
    reply: {
      status: 'ok',
      engine: { name: 'sqlite', promises: ['An acknowledged log is on the disk: it survives a power cut.'] },
    },
  },
}
