import { Client, logMetadata, step, withRun } from '@runmeta/sdk'

/** The functions of the state machine in definition.json. They need `RUNMETA_URL` and `RUNMETA_API_KEY`. */

/** The execution's name, and the number of trees to train, which is the input of the state machine. */
export interface Start {
  readonly execution: string
  readonly trees: number
}

export interface Begun {
  readonly trees: number
  readonly run: { readonly id: string }
}

/** Creates the run. It is named after the execution, so a retry of this state finds it. */
export async function begin({ execution, trees }: Start): Promise<Begun['run']> {
  const run = await new Client().createRun({ name: execution, pipeline: 'forests' })
  await run.logMetadata({ metadata: { parameters: { trees } }, idempotencyKey: 'parameters' })
  return { id: run.id }
}

const train = step('train', async (trees: number) => {
  if (trees < 1) throw new Error('a forest needs a tree')
  const accuracy = 1 - 1 / (2 * trees)
  await logMetadata({ metadata: { run_metrics: { accuracy } } })
  return { accuracy }
})

export const trainModel = ({ run, trees }: Begun) => withRun(run.id, () => train(trees))

const end = (status: 'completed' | 'failed') => async (state: Begun) => {
  const run = await new Client().updateRun(state.run.id, { status })
  return { run: run.name, status: run.status }
}

export const complete = end('completed')
export const fail = end('failed')
