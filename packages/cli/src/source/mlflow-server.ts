import { type MlflowPoint, type MlflowRun, type MlflowStore, unbounded } from './mlflow.ts'
import { listIn, memberOf, numberIn, type Rest, restOf, textIn } from './rest.ts'

const API = '/api/2.0/mlflow'
const EXPERIMENTS_PAGE = 1000
const RUNS_PAGE = 1000
const POINTS_PAGE = '25000'

/** The server's own environment variables, which MLflow's client takes as well. */
function headersOf({
  MLFLOW_TRACKING_TOKEN,
  MLFLOW_TRACKING_USERNAME,
  MLFLOW_TRACKING_PASSWORD = '',
}: NodeJS.ProcessEnv) {
  if (MLFLOW_TRACKING_TOKEN) return { authorization: `Bearer ${MLFLOW_TRACKING_TOKEN}` }
  if (!MLFLOW_TRACKING_USERNAME) return undefined
  const basic = Buffer.from(`${MLFLOW_TRACKING_USERNAME}:${MLFLOW_TRACKING_PASSWORD}`).toString('base64')
  return { authorization: `Basic ${basic}` }
}

/** All pages of a search, which MLflow continues by a token. */
async function* pages(rest: Rest, path: string, body: object): AsyncGenerator<unknown, void, undefined> {
  let token: string | undefined
  do {
    const page = await rest.post(`${API}${path}`, { ...body, ...(token === undefined ? {} : { page_token: token }) })
    yield page
    token = textIn(page, 'next_page_token')
  } while (token !== undefined)
}

const pairsIn = (data: unknown, name: string): Record<string, string> =>
  Object.fromEntries(
    listIn(data, name).flatMap((pair) => {
      const key = textIn(pair, 'key')
      return key === undefined ? [] : [[key, textIn(pair, 'value') ?? '']]
    }),
  )

function runOf(found: unknown, experiment: string): MlflowRun[] {
  const [about, values] = [memberOf(found, 'info'), memberOf(found, 'data')]
  const id = textIn(about, 'run_id')
  if (id === undefined) return []
  const [endTime, artifactUri] = [numberIn(about, 'end_time'), textIn(about, 'artifact_uri')]
  return [
    {
      id,
      experiment,
      name: textIn(about, 'run_name') ?? id,
      status: textIn(about, 'status') ?? '',
      startTime: numberIn(about, 'start_time') ?? 0,
      params: pairsIn(values, 'params'),
      tags: pairsIn(values, 'tags'),
      metrics: listIn(values, 'metrics').flatMap((metric) => textIn(metric, 'key') ?? []),
      ...(endTime === undefined ? {} : { endTime }),
      ...(artifactUri === undefined ? {} : { artifactUri }),
    },
  ]
}

function pointOf(found: unknown): MlflowPoint[] {
  const value = numberIn(found, 'value')
  if (value === undefined) return []
  return [{ value: unbounded(value), timestamp: numberIn(found, 'timestamp') ?? 0, step: numberIn(found, 'step') ?? 0 }]
}

/** A tracking server, by its REST API. */
export function mlflowServer(url: string): MlflowStore {
  const help =
    'give the address of an MLflow tracking server, and set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, where it asks for them'
  const rest = restOf(url, headersOf(process.env) ?? {}, help)
  return {
    close: () => undefined,
    runs: async function* () {
      const search = { max_results: EXPERIMENTS_PAGE, view_type: 'ACTIVE_ONLY' }
      for await (const page of pages(rest, '/experiments/search', search)) {
        for (const experiment of listIn(page, 'experiments')) {
          const id = textIn(experiment, 'experiment_id')
          if (id === undefined) continue
          const wanted = {
            experiment_ids: [id],
            max_results: RUNS_PAGE,
            run_view_type: 'ACTIVE_ONLY',
            order_by: ['attributes.start_time ASC'],
          }
          for await (const runs of pages(rest, '/runs/search', wanted)) {
            for (const run of listIn(runs, 'runs')) yield* runOf(run, textIn(experiment, 'name') ?? id)
          }
        }
      }
    },
    points: async ({ id }, metric) => {
      const points: MlflowPoint[] = []
      let token: string | undefined
      do {
        const query = { run_id: id, metric_key: metric, max_results: POINTS_PAGE, page_token: token }
        const page = await rest.get(`${API}/metrics/get-history`, query)
        points.push(...listIn(page, 'metrics').flatMap(pointOf))
        token = textIn(page, 'next_page_token')
      } while (token !== undefined)
      return points
    },
  }
}
