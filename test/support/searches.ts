import type { Filling } from './fill.ts'

/** Any number of typical runs, and searches of them. */

const PIPELINES = 10
const DATASETS = 4
/** Scatters numbers, so that runs with similar values are not created one after another. */
const SCATTER = 618_033
const MODULUS = 1_000_003

export const filling = (n: number): Filling => ({
  run: JSON.stringify({
    name: `run-${String(n).padStart(6, '0')}`,
    pipeline: `pipeline-${n % PIPELINES}`,
    status: n % 3 === 0 ? 'failed' : 'completed',
  }),
  log: JSON.stringify({
    metadata: {
      run_metrics: { accuracy: ((n * SCATTER) % MODULUS) / MODULUS, loss: n / 7 },
      dataset: `s3://bucket/${n % DATASETS}.csv`,
    },
  }),
})

/** Searches by one pointer. A page costs the same with any number of runs. */
export const SEARCHES: Readonly<Record<string, Record<string, unknown>>> = {
  'the newest': {},
  'the oldest': { order: 'createdAt' },
  'by name': { name: 'run-' },
  'by a prefix of names': { name: 'run-0000' },
  'of a pipeline': { pipeline: 'pipeline-3' },
  'of a status': { status: 'completed' },
  'with a value': { where: { pointer: '/dataset', op: '=', value: 's3://bucket/1.csv' } },
  'with a value in a range': { where: { pointer: '/run_metrics/accuracy', op: '>=', value: 0.5 } },
  'with a text that begins so': { where: { pointer: '/dataset', op: 'prefix', value: 's3://bucket/' } },
  'the best': { order: '-/run_metrics/accuracy' },
  'the best with their values': { order: '-/run_metrics/accuracy', select: ['/run_metrics/accuracy', '/dataset'] },
}

/** Searches that check each run, where most runs match. A page reads as many runs as necessary. */
export const CHECKED: Readonly<Record<string, Record<string, unknown>>> = {
  'the best of a data set': {
    order: '-/run_metrics/accuracy',
    where: { not: { pointer: '/dataset', op: '=', value: 's3://bucket/1.csv' } },
  },
}
