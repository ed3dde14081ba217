import { type BudgetedCall, get, pathOf, post, prefixOf, STEP } from './call.ts'

/** Later than every log. */
const LATEST = '9000-01-01T00:00:00Z'

/** Reads of one run. */
export const READS = {
  get: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.id)) },
  getCold: { status: 200, isCold: true, prepare: ({ indexed }) => get(pathOf(indexed.id)) },
  getByName: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.name)) },
  getByPrefix: { status: 200, prepare: ({ indexed }) => get(pathOf(prefixOf(indexed.name))) },
  getByIdPrefix: { status: 200, prepare: ({ indexed }) => get(pathOf(prefixOf(indexed.id))) },
  getUnchanged: {
    status: 304,
    prepare: ({ indexed }) => ({ ...get(pathOf(indexed.id)), headers: { 'if-none-match': '*' } }),
  },
  getAtLatest: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.id, `?at=${LATEST}`)) },
  getAtHalfway: { status: 200, prepare: ({ indexed, halfway }) => get(pathOf(indexed.id, `?at=${halfway}`)) },
  history: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.id, '/history?key=m')) },
  historyOfStep: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.id, `/history?key=m&step=${STEP}`)) },
  historyNext: {
    status: 200,
    prepare: async ({ indexed, send }) => {
      const first = pathOf(indexed.id, '/history?key=m&limit=5')
      const { next } = await send<{ next: string }>(get(first))
      return get(`${first}&cursor=${next}`)
    },
  },
  logs: { status: 200, prepare: ({ indexed }) => get(pathOf(indexed.id, '/logs?limit=5')) },
} as const satisfies Record<string, BudgetedCall>

const list = (...parameters: string[]): BudgetedCall => ({
  status: 200,
  prepare: () => get(`/v1/runs?${parameters.map(encoded).join('&')}`),
})
const encoded = (parameter: string): string => {
  const [name = '', ...value] = parameter.split('=')
  return `${name}=${encodeURIComponent(value.join('='))}`
}
const search = (body: object): BudgetedCall => ({ status: 200, prepare: () => post('/v1/runs/search', body) })

const ACCURACY = '/run_metrics/accuracy'
const BEST = `order=-${ACCURACY}`

/** Lists and searches, pages of 50 runs. The runs are those of `test/support/searches.ts`. */
export const LISTS = {
  list: list(),
  listNext: {
    status: 200,
    prepare: async ({ send }) => {
      const { next } = await send<{ next: string }>(get('/v1/runs?limit=50'))
      return get(`/v1/runs?limit=50&cursor=${next}`)
    },
  },
  listOfPipeline: list('pipeline=pipeline-3'),
  listOfStatus: list('status=completed'),
  listOfStatuses: list('status=completed', 'status=failed'),
  listByName: list('name=run-0000'),
  listByPartOfName: list('nameContains=UN-0', 'order=createdAt'),
  listByIds: {
    status: 200,
    prepare: ({ indexed, plain }) => get(`/v1/runs?id=${indexed.id}&id=${plain.id}`),
  },
  listWithMetadata: list('include=metadata', 'order=createdAt'),
  searchByValue: list('where=/dataset = "s3://bucket/1.csv"'),
  searchByRange: list(`where=${ACCURACY} >= 0.5`),
  searchByText: list('where=/dataset prefix "s3://bucket/"'),
  searchInOrder: list(BEST),
  searchSelected: list(BEST, `select=${ACCURACY}`, 'select=/dataset'),
  searchTwoConditions: list(BEST, `where=${ACCURACY} >= 0.5`, 'where=/dataset prefix "s3://"'),
  searchOneOfFour: list(BEST, 'where=/dataset = "s3://bucket/1.csv"'),
  searchEither: search({
    order: `-${ACCURACY}`,
    where: {
      or: [{ pointer: '/dataset', op: 'exists' }, { not: { pointer: ACCURACY, op: '<', value: 0.5 } }],
    },
  }),
} as const satisfies Record<string, BudgetedCall>
