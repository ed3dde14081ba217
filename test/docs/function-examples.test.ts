import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@runmeta/local/serve'
import { Client } from '@runmeta/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { handler as cleanRows } from '../../examples/lambda/step.ts'
import { handler as promote } from '../../examples/promote.ts'
import * as machine from '../../examples/step-functions/handlers.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname

let folder: string
let serving: Awaited<ReturnType<typeof serve>>
let client: Client
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-examples-'))
  serving = await serve({ directory: folder, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  vi.stubEnv('RUNMETA_URL', serving.url)
  vi.stubEnv('RUNMETA_API_KEY', serving.rootKey.key)
  client = new Client()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await serving.stop()
  await rm(folder, { recursive: true })
})

describe('a step on Lambda', () => {
  it('logs to the run of its token, and continues if it cannot log', async () => {
    const run = await client.createRun({ pipeline: 'rows' })
    const { token } = await run.createToken({ expiresIn: 60 })
    const rows = [
      [1, 2],
      [3, Number.NaN],
    ]
    expect(await cleanRows({ token, rows })).toEqual([[1, 2]])
    const { steps } = await run.read()
    expect(steps.clean?.runMetadata).toMatchObject({ rows: { given: 2, kept: 1 } })
    await run.delete()
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    expect(await cleanRows({ token, rows })).toEqual([[1, 2]])
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })
})

interface State {
  readonly Resource: string
  readonly Parameters?: Readonly<Record<string, string>>
  readonly ResultPath?: string
  readonly Next?: string
  readonly Catch?: readonly { readonly ResultPath: string; readonly Next: string }[]
}

/** Runs a state machine of tasks, with the part of the language that the example uses. */
async function execute(execution: string, input: object): Promise<unknown> {
  const definition = JSON.parse(await readFile(join(EXAMPLES, 'step-functions/definition.json'), 'utf8'))
  const tasks: Record<string, (state: never) => Promise<unknown>> = {
    '${BeginFunction}': machine.begin,
    '${TrainFunction}': machine.trainModel,
    '${CompleteFunction}': machine.complete,
    '${FailFunction}': machine.fail,
  }
  let state: object = input
  for (let name: string | undefined = definition.StartAt; name !== undefined; ) {
    const { Resource, Parameters, ResultPath, Next, Catch }: State = definition.States[name]
    const put = (path: string | undefined, value: unknown) =>
      path === undefined ? Object(value) : { ...state, [path.slice(2)]: value }
    try {
      const passed =
        Parameters === undefined
          ? state
          : Object.fromEntries(
              Object.entries(Parameters).map(([field, path]) => [
                field.replace(/\.\$$/, ''),
                path === '$$.Execution.Name' ? execution : Reflect.get(state, path.slice(2)),
              ]),
            )
      // The input of a task is JSON.
      state = put(ResultPath, await Reflect.apply(tasks[Resource] ?? fail, undefined, [passed]))
      name = Next
    } catch (error) {
      const [caught] = Catch ?? []
      if (caught === undefined) throw error
      state = put(caught.ResultPath, String(error))
      name = caught.Next
    }
  }
  return state
}

const fail = () => {
  throw new Error('no such function')
}

describe('a state machine', () => {
  it('logs from all of its states to one run, and completes it', async () => {
    expect(await execute('forests-1', { trees: 10 })).toEqual({ run: 'forests-1', status: 'completed' })
    const run = await client.getPipelineRun('forests-1')
    expect(run.runMetadata).toEqual({ parameters: { trees: 10 }, run_metrics: { accuracy: 0.95 } })
    expect(run.steps.train?.runMetadata).toEqual({ run_metrics: { accuracy: 0.95 } })
  })

  it('marks the run as failed if a state fails', async () => {
    expect(await execute('forests-2', { trees: 0 })).toEqual({ run: 'forests-2', status: 'failed' })
  })
})

describe('a GitHub Actions job', () => {
  it('creates a run, and logs to it by the environment of its steps', async () => {
    const workflow = await readFile(join(EXAMPLES, 'github-actions/workflow.yml'), 'utf8')
    const [, begin = '', train = ''] = [...workflow.matchAll(/- run: (?:npm|node) (\S+)/g)].map(([, file]) => file)
    const start = async (file: string, more: Record<string, string>) => {
      const env = { ...process.env, ...more }
      const args = ['--import', 'tsx', `examples/github-actions/${file}`]
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(EXAMPLES, '..'), env })
      return stdout
    }
    const name = 'train-42'
    const set = await start(begin, { RUNMETA_RUN_NAME: name, GITHUB_SHA: 'abc' })
    expect(await start(begin, { RUNMETA_RUN_NAME: name, GITHUB_SHA: 'abc' })).toBe(set)
    const [variable = '', id = ''] = set.trim().split('=')
    const [, step = ''] = /RUNMETA_STEP_NAME: (\w+)/.exec(workflow) ?? []
    await start(train, { [variable]: id, RUNMETA_STEP_NAME: step })
    const run = await client.getPipelineRun(name, { exact: false })
    expect(run.runMetadata).toMatchObject({ commit: 'abc', run_metrics: { accuracy: 0.97 } })
    expect(run.steps.train?.runMetadata).toMatchObject({ node: process.version })
  })
})

describe('a job that promotes the best run', () => {
  it('finds the best run by its metadata, marks it, and removes the previous mark', async () => {
    const pipeline = 'promotion'
    const made = async (name: string, accuracy: number) => {
      await client.withNewRun({ name, pipeline }, (run) => run.logMetadata({ metadata: { run_metrics: { accuracy } } }))
    }
    await made('fair', 0.9)
    await made('good', 0.95)
    await made('poor', 0.5)
    expect(await promote({ pipeline, floor: 0.8 })).toMatchObject({ promoted: 'good', accuracy: 0.95 })
    expect(await promote({ pipeline, floor: 0.8 })).toEqual({ promoted: undefined, serving: 'good' })
    await made('better', 0.97)
    expect(await promote({ pipeline, floor: 0.8 })).toMatchObject({ promoted: 'better' })
    expect((await client.getPipelineRun('better')).runMetadata).toMatchObject({ promotion: { instead_of: 'good' } })
    expect((await client.getPipelineRun('good')).runMetadata).not.toHaveProperty('serving')
  })
})
