import { pagesOf } from '@runmeta/sdk/http/pages'
import { type MlflowPoint, type MlflowRun, type MlflowStore, unbounded } from './mlflow.ts'
import { listIn, memberOf, numberIn, type Rest, restOf, textIn } from './rest.ts'

const API = '/api/2.0/mlflow'
const EXPERIMENTS_PAGE = 1000
const RUNS_PAGE = 1000
const POINTS_PAGE = 25_000

/** The credentials in the environment variables of MLflow's own client. */
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

/** The pages of a list, which MLflow continues by a token. @param member where a reply has the items */
const pages = (member: string, ask: (token: string | undefined) => Promise<unknown>) =>
  pagesOf(async (token) => {
    const page = await ask(token)
    return { items: listIn(page, member), next: textIn(page, 'next_page_token') }
  })

/** The pages of a search. */
const searched = (rest: Rest, member: string, body: object) =>
  pages(member, (token) => rest.post(`${API}/${member}/search`, { ...body, page_token: token }))

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
  return [
    {
      id,
      experiment,
      name: textIn(about, 'run_name') ?? id,
      status: textIn(about, 'status') ?? '',
      startTime: numberIn(about, 'start_time') ?? 0,
      endTime: numberIn(about, 'end_time'),
      artifactUri: textIn(about, 'artifact_uri'),
      params: pairsIn(values, 'params'),
      tags: pairsIn(values, 'tags'),
      metrics: listIn(values, 'metrics').flatMap((metric) => textIn(metric, 'key') ?? []),
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
      for await (const experiments of searched(rest, 'experiments', search)) {
        for (const experiment of experiments) {
          const id = textIn(experiment, 'experiment_id')
          if (id === undefined) continue
          const wanted = {
            experiment_ids: [id],
            max_results: RUNS_PAGE,
            run_view_type: 'ACTIVE_ONLY',
            order_by: ['attributes.start_time ASC'],
          }
          for await (const runs of searched(rest, 'runs', wanted)) {
            for (const run of runs) yield* runOf(run, textIn(experiment, 'name') ?? id)
          }
        }
      }
    },
    points: async ({ id }, metric) => {
      const query = { run_id: id, metric_key: metric, max_results: POINTS_PAGE }
      const found = pages('metrics', (token) => rest.get(`${API}/metrics/get-history`, { ...query, page_token: token }))
      const points: MlflowPoint[] = []
      for await (const metrics of found) points.push(...metrics.flatMap(pointOf))
      return points
    },
  }
}
