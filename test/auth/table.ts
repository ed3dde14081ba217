/**
 * The status of every credential at every route, as in section 8 of the contract. Nothing here is computed from the
 * code under test.
 */

/** The target of a request, in the project of its column. */
export interface Target {
  /** The id of a run. */
  readonly run: string
  /** The id of an API key. */
  readonly key: string
  readonly project: string
}

export interface Row {
  /** The method and the path, as the app declares them. */
  readonly route: string
  /** The role that a 403 names, unless its cell names another after a colon. */
  readonly needs: string
  /**
   * The status for each credential, in the order of `CREDENTIALS`: invalid keys | roles | run tokens. `own` is for a
   * target in the project of the key, `other` for one in another project.
   */
  readonly own: string
  readonly other: string
  readonly path: (target: Target) => string
  readonly body?: (target: Target) => object
  /** The code of a 404. */
  readonly absent?: 'run_not_found' | 'not_found'
  /** What the reply must not show of another project, and the credential that may see it. */
  readonly hides?: { readonly what: 'run' | 'key'; readonly not?: string }
}

const OPEN = '200 200 200 200 200 | 200 200 200 200 | 200 200 200 200'

export const TABLE: readonly Row[] = [
  {
    route: 'GET /v1/limits',
    needs: 'nothing',
    own: OPEN,
    other: OPEN,
    path: () => '/v1/limits',
  },
  {
    route: 'GET /v1/health',
    needs: 'nothing',
    own: OPEN,
    other: OPEN,
    path: () => '/v1/health',
  },
  {
    route: 'GET /openapi.json',
    needs: 'nothing',
    own: OPEN,
    other: OPEN,
    path: () => '/openapi.json',
  },
  {
    route: 'GET /docs',
    needs: 'nothing',
    own: OPEN,
    other: OPEN,
    path: () => '/docs',
  },
  {
    route: 'POST /v1/runs',
    needs: 'log',
    own: '401 401 401 401 401 | 403 200 200 200 | 403 403 401 401',
    // An id of another project's run is free in the own project.
    other: '401 401 401 401 401 | 403 201 201 201 | 403 403 401 401',
    path: () => '/v1/runs',
    body: ({ run }) => ({ id: run }),
  },
  {
    route: 'GET /v1/runs',
    needs: 'read',
    own: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    path: ({ run }) => `/v1/runs?id=${run}`,
    hides: { what: 'run' },
  },
  {
    route: 'POST /v1/runs/search',
    needs: 'read',
    own: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    path: () => '/v1/runs/search',
    body: ({ run }) => ({ ids: [run] }),
    hides: { what: 'run' },
  },
  {
    route: 'GET /v1/runs/:run{[^/]*}',
    needs: 'read',
    own: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 404 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}`,
    absent: 'run_not_found',
  },
  {
    route: 'PATCH /v1/runs/:run{[^/]*}',
    needs: 'log',
    own: '401 401 401 401 401 | 403 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}`,
    body: () => ({ status: 'completed' }),
    absent: 'run_not_found',
  },
  {
    route: 'DELETE /v1/runs/:run{[^/]*}',
    needs: 'admin',
    own: '401 401 401 401 401 | 403 403 204 204 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 403 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}`,
    absent: 'run_not_found',
  },
  {
    route: 'POST /v1/runs/:run{[^/]*}/metadata',
    needs: 'log',
    own: '401 401 401 401 401 | 403 201 201 201 | 201 403 401 401',
    other: '401 401 401 401 401 | 403 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}/metadata`,
    body: () => ({ metadata: { b: 1 } }),
    absent: 'run_not_found',
  },
  {
    route: 'POST /v1/metadata',
    needs: 'log',
    own: '401 401 401 401 401 | 403 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 200 200 200 | 403 403 401 401',
    path: () => '/v1/metadata',
    body: ({ run }) => ({ logs: [{ run, metadata: { b: 1 } }] }),
    hides: { what: 'run' },
  },
  {
    route: 'DELETE /v1/runs/:run{[^/]*}/metadata',
    needs: 'log',
    own: '401 401 401 401 401 | 403 204 204 204 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}/metadata?key=a`,
    absent: 'run_not_found',
  },
  {
    route: 'GET /v1/runs/:run{[^/]*}/history',
    needs: 'read',
    own: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 404 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}/history?key=a`,
    absent: 'run_not_found',
  },
  {
    route: 'GET /v1/runs/:run{[^/]*}/logs',
    needs: 'read',
    own: '401 401 401 401 401 | 200 200 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 404 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}/logs`,
    absent: 'run_not_found',
  },
  {
    route: 'POST /v1/runs/:run{[^/]*}/token',
    needs: 'log',
    own: '401 401 401 401 401 | 403 201 201 201 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 404 404 404 | 403 403 401 401',
    path: ({ run }) => `/v1/runs/${run}/token`,
    body: () => ({ expiresIn: 60 }),
    absent: 'run_not_found',
  },
  {
    route: 'POST /v1/keys',
    needs: 'admin',
    own: '401 401 401 401 401 | 403 403 201 201 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 403 403:root 201 | 403 403 401 401',
    path: () => '/v1/keys',
    body: ({ project }) => (project === 'other' ? { role: 'read', project } : { role: 'read' }),
  },
  {
    route: 'GET /v1/keys',
    needs: 'admin',
    own: '401 401 401 401 401 | 403 403 200 200 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 403 200 200 | 403 403 401 401',
    path: () => '/v1/keys',
    hides: { what: 'key', not: 'root' },
  },
  {
    route: 'DELETE /v1/keys/:id{[^/]*}',
    needs: 'admin',
    own: '401 401 401 401 401 | 403 403 204 204 | 403 403 401 401',
    other: '401 401 401 401 401 | 403 403 404 204 | 403 403 401 401',
    path: ({ key }) => `/v1/keys/${key}`,
    absent: 'not_found',
  },
]
