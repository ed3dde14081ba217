import { isValueObject, type Metadata, NumberLiteral, type Value } from '@runmeta/sdk'
import { idOf } from '@runmeta/sdk/run/path'
import { memberOf } from '@runmeta/sdk/value/at'
import { hashOf, type ImportedRun, type Importing, pastTime, runName } from '../importing.ts'
import { jsonOf } from '../json.ts'
import { type Rest, restOf, textIn } from './rest.ts'

/** A run or a step of a ZenML server, with the latest value of each key. */
interface ZenmlRecord {
  readonly id: string
  readonly name: string
  readonly status: string
  /** Milliseconds since 1970. */
  readonly startTime: number
  readonly endTime: number | undefined
  readonly parameters: Metadata
  readonly metadata: Metadata
}

interface ZenmlRun extends ZenmlRecord {
  readonly pipeline: string | undefined
}

interface ZenmlStore {
  /** All runs, oldest first. */
  runs(): AsyncIterable<ZenmlRun>
  /** The steps of a run, in the order in which they started. */
  steps(run: ZenmlRun): Promise<readonly ZenmlRecord[]>
}

const API = '/api/v1'
const PAGE_SIZE = '100'

const STATUSES: Readonly<Record<string, ImportedRun['status']>> = {
  completed: 'completed',
  cached: 'completed',
  failed: 'failed',
  skipped: 'stopped',
  cancelled: 'stopped',
  stopped: 'stopped',
}

/** ZenML writes UTC times without a time zone. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time) ? undefined : time
}

const objectIn = (value: Value | undefined, name: string): Metadata => {
  const member = memberOf(value, name)
  return isValueObject(member) ? member : {}
}

/** The fields that runs and steps share. A step's times are in its `body`, a run's in its `metadata`. */
function recordOf(found: Value): ZenmlRecord[] {
  const [body, about] = [memberOf(found, 'body'), memberOf(found, 'metadata')]
  const [id, name] = [textIn(found, 'id'), textIn(found, 'name')]
  if (id === undefined || name === undefined) return []
  const time = (member: string) => timeOf(textIn(about, member) ?? textIn(body, member))
  return [
    {
      id,
      name,
      status: textIn(body, 'status') ?? '',
      startTime: time('start_time') ?? time('created') ?? Date.now(),
      endTime: time('end_time'),
      parameters: objectIn(memberOf(about, 'config'), 'parameters'),
      metadata: objectIn(about, 'run_metadata'),
    },
  ]
}

/** All pages of a list. */
async function* pages(
  rest: Rest,
  path: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<readonly Value[], void, undefined> {
  for (let page = 1, last = 1; page <= last; page++) {
    const found = await rest.getExact(`${API}${path}`, {
      ...query,
      hydrate: 'true',
      size: PAGE_SIZE,
      page: String(page),
    })
    const [total, items] = [memberOf(found, 'total_pages'), memberOf(found, 'items')]
    last = NumberLiteral.is(total) ? Number(total.text) : page
    yield Array.isArray(items) ? items : []
  }
}

/** A token by the environment variables of ZenML's own client. Undefined if none is set: some servers need no token. */
async function tokenOf(url: string, env: NodeJS.ProcessEnv, help: string): Promise<string | undefined> {
  const { ZENML_STORE_API_TOKEN, ZENML_STORE_API_KEY, ZENML_STORE_USERNAME, ZENML_STORE_PASSWORD = '' } = env
  if (ZENML_STORE_API_TOKEN) return ZENML_STORE_API_TOKEN
  const rest = restOf(url, {}, help)
  const login = (form: Readonly<Record<string, string>>) => rest.postForm(`${API}/login`, form)
  if (ZENML_STORE_API_KEY) {
    return textIn(await login({ grant_type: 'zenml-api-key', password: ZENML_STORE_API_KEY }), 'access_token')
  }
  if (!ZENML_STORE_USERNAME) return undefined
  const form = { grant_type: 'password', username: ZENML_STORE_USERNAME, password: ZENML_STORE_PASSWORD }
  return textIn(await login(form), 'access_token')
}

/** A ZenML server, by its REST API. @throws CommandError if it does not answer or refuses the credentials */
export async function zenmlServer(url: string): Promise<ZenmlStore> {
  const help =
    'give the address of a ZenML server, and set ZENML_STORE_API_KEY, or ZENML_STORE_USERNAME and ZENML_STORE_PASSWORD, where it asks for them'
  const token = await tokenOf(url, process.env, help)
  const rest = restOf(url, token === undefined ? {} : { authorization: `Bearer ${token}` }, help)
  return {
    runs: async function* () {
      for await (const items of pages(rest, '/runs', { sort_by: 'asc:created' })) {
        for (const item of items) {
          const pipeline = textIn(memberOf(memberOf(item, 'resources'), 'pipeline'), 'name')
          yield* recordOf(item).map((run) => ({ ...run, pipeline }))
        }
      }
    },
    steps: async ({ id }) => {
      const steps: ZenmlRecord[] = []
      for await (const items of pages(rest, '/steps', { pipeline_run_id: id })) steps.push(...items.flatMap(recordOf))
      return steps.sort((one, other) => one.startTime - other.startTime)
    },
  }
}

function runOf({ id, name, pipeline, status, startTime, endTime }: ZenmlRun): ImportedRun {
  const startedAt = pastTime(startTime)
  return {
    id: idOf(id) ?? id,
    name: runName(name, id),
    pipeline: pipeline === undefined ? undefined : runName(pipeline, 'pipeline'),
    status: STATUSES[status] ?? (endTime === undefined ? 'running' : 'stopped'),
    startedAt,
    createdAt: startedAt,
    endedAt: endTime === undefined ? undefined : pastTime(endTime),
  }
}

const keyOf = (content: readonly (string | undefined)[]): string => `zenml:${hashOf(content)}`

/** Logs each key separately, so that a later import logs only the keys that are new or have another value. */
async function addValues(target: Importing, run: string, values: Metadata, step: ZenmlRecord | undefined, at: number) {
  for (const [key, value] of Object.entries<Value>(values)) {
    await target.log({
      runIdNameOrPrefix: run,
      exact: true,
      metadata: { [key]: value },
      stepName: step?.name,
      createdAt: pastTime(at),
      idempotencyKey: keyOf([step?.name, key, jsonOf(value)]),
    })
  }
}

const hasMembers = (object: Metadata): boolean => Object.keys(object).length > 0

/** Imports the runs of a ZenML server, with the parameters and the metadata of runs and steps. */
export async function importZenml(target: Importing, store: ZenmlStore): Promise<void> {
  for await (const run of store.runs()) {
    const imported = runOf(run)
    await target.run(imported)
    for (const step of await store.steps(run)) {
      if (hasMembers(step.parameters)) {
        await target.log({
          runIdNameOrPrefix: imported.id,
          exact: true,
          metadata: { parameters: step.parameters },
          stepName: step.name,
          // A run has parameters of its own.
          logRelatedEntities: false,
          createdAt: pastTime(step.startTime),
          idempotencyKey: keyOf([step.name, 'parameters', jsonOf(step.parameters)]),
        })
      }
      await addValues(target, imported.id, step.metadata, step, step.endTime ?? step.startTime)
    }
    // After the steps, so that the run's own value is the latest if a step has the same key.
    const { parameters } = run
    const values = { ...(hasMembers(parameters) ? { parameters } : {}), ...run.metadata }
    await addValues(target, imported.id, values, undefined, run.endTime ?? run.startTime)
  }
  await target.flush()
}
