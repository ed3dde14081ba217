import { Client } from '@runmeta/sdk'

/** A scheduled function that promotes the best run of the last week, unless it is already the one that serves. */

export interface PromoteEvent {
  readonly pipeline: string
  /** A run needs at least this accuracy. */
  readonly floor: number
}

const WEEK_MS = 7 * 24 * 3600 * 1000

/** Needs `RUNMETA_URL`, and `RUNMETA_API_KEY` with the role `log`. */
export async function handler({ pipeline, floor }: PromoteEvent) {
  const client = new Client()
  const [best] = await client
    .listPipelineRuns({
      pipeline,
      status: 'completed',
      createdAfter: new Date(Date.now() - WEEK_MS),
      where: `/run_metrics/accuracy >= ${floor}`,
      order: '-/run_metrics/accuracy',
      select: ['/run_metrics/accuracy'],
    })
    .first(1)
  const [serving] = await client.listPipelineRuns({ pipeline, where: '/serving = true' }).first(1)
  if (best === undefined || best.id === serving?.id) return { promoted: undefined, serving: serving?.name }

  await best.logMetadata({ metadata: { serving: true, promotion: { instead_of: serving?.name } } })
  await serving?.unset('serving')
  return { promoted: best.name, accuracy: best.selected['/run_metrics/accuracy'], serving: best.name }
}
