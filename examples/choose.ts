import { type Client, type Comparison, type ListedRun, withRun } from '@runmeta/sdk'
import { trainModel } from './iris.ts'

/** Trains forests of different sizes, finds the most accurate one by its metadata, and compares it with the second. */

const SIZES = [1, 10, 25]

export interface Choice {
  readonly best: ListedRun
  readonly table: Comparison
}

export async function choose(client: Client): Promise<Choice> {
  const pipeline = `forests-${crypto.randomUUID()}`
  for (const trees of SIZES) {
    const run = await client.createRun({ name: `${pipeline}-of-${trees}`, pipeline })
    await run.logMetadata({ metadata: { parameters: { trees } } })
    await withRun(run, () => trainModel(trees))
    await run.update({ status: 'completed' })
  }

  const [best, second] = await client
    .listPipelineRuns({
      pipeline,
      where: { pointer: '/run_metrics/accuracy', op: '>=', value: 0.5 },
      order: '-/run_metrics/accuracy',
      select: ['/run_metrics/accuracy'],
    })
    .first(2)
  if (best === undefined || second === undefined) throw new Error('no two runs were accurate')
  return { best, table: await client.compare([best, second]) }
}
