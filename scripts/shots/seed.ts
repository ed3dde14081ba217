import { type Client, dtype, path, storageSize, uri } from '@runmeta/sdk'
import { run as flowers } from '../../examples/iris.ts'

/** A project like that of a small team: the example's forests, and longer trainings with histories. */

export interface Seeded {
  /** A run with every kind of value, steps and a history. */
  readonly rich: string
  /** Runs to compare. */
  readonly compared: readonly string[]
}

const EPOCHS = 60
const TRAININGS = 26
/** The longest training. */
const MAX_TRAINING_MS = 754_000
/** From the start of one training to the next. */
const INTERVAL_MS = 47 * 60_000
const SPECIES = ['setosa', 'versicolor', 'virginica'] as const

/** The same numbers each time, between 0 and 1. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const statusOf = (index: number) => {
  if (index === TRAININGS - 1) return 'running'
  if (index % 9 === 4) return 'failed'
  return index % 13 === 7 ? 'stopped' : 'completed'
}

async function training(client: Client, index: number, epochs: number): Promise<string> {
  const random = numbers(index + 1)
  const rate = [0.1, 0.03, 0.01, 0.003][index % 4] ?? 0.01
  const depth = 3 + (index % 6)
  const start = Date.now() - (TRAININGS - index - 1) * INTERVAL_MS - MAX_TRAINING_MS
  const run = await client.createRun({
    name: `iris-${['boosted', 'forest', 'linear'][index % 3]}-${String(index + 1).padStart(3, '0')}`,
    pipeline: index % 5 === 0 ? 'iris-sweep' : 'iris-nightly',
    startedAt: new Date(start),
    ...(index === TRAININGS - 1 ? {} : { createdAt: new Date(start) }),
  })
  const best = 0.86 + 0.1 * random() + depth / 400
  await run.logMetadata({
    metadata: {
      dataset: uri('https://archive.ics.uci.edu/dataset/53/iris'),
      dataset_size: storageSize(4551 + index * 104_857_600),
      model: path(`models/iris/${run.name}.onnx`),
      element_type: dtype('float32'),
      parameters: { learning_rate: rate, depth, trees: 25 * (1 + (index % 4)), balanced: index % 2 === 0 },
      git: { branch: 'main', commit: `${(random() * 0xffffffff).toString(16).slice(0, 7)}`, dirty: false },
      seed: 42n + 9_223_372_036_854_775_000n * BigInt(index % 2),
      note: 'Every third flower is held back, so that each class is in both halves.',
    },
  })
  const step = run.step('train')
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const loss = 0.9 * Math.exp((-epoch * rate * 2) / 0.1) + 0.08 + 0.03 * random()
    await step.logMetadata({ metadata: { loss: Number(loss.toFixed(4)), epoch } })
  }
  await run.step('evaluate').logMetadata({
    metadata: {
      metrics: {
        accuracy: Number(best.toFixed(4)),
        precision: Number((best - 0.01 * random()).toFixed(4)),
        recall: Number((best - 0.02 * random()).toFixed(4)),
      },
      by_class: SPECIES.map((species) => ({
        species,
        precision: Number((best - 0.05 * random()).toFixed(3)),
        recall: Number((best - 0.05 * random()).toFixed(3)),
        support: 16 + Math.round(random() * 4),
      })),
      confusion: SPECIES.map((_, row) => SPECIES.map((_, column) => (row === column ? 16 : Math.round(random() * 2)))),
      environment: {
        python: '3.12.4',
        packages: { numpy: '2.0.1', 'scikit-learn': '1.5.1', onnx: '1.16.1' },
        host: { cpus: 8, memory: storageSize(34_359_738_368), gpu: null },
      },
    },
  })
  const status = statusOf(index)
  if (status !== 'running')
    await run.update({ status, endedAt: new Date(start + MAX_TRAINING_MS - Math.round(400_000 * random())) })
  return run.id
}

export async function seed(client: Client): Promise<Seeded> {
  await flowers(client)
  const ids: string[] = []
  for (let index = 0; index < TRAININGS; index++)
    ids.push(await training(client, index, index >= TRAININGS - 5 ? EPOCHS : 3))
  await client.createKey({ role: 'log', name: 'trainer' })
  await client.createKey({ role: 'read', name: 'reviewer', expiresAt: new Date(Date.now() + 30 * 86_400_000) })
  await client.createKey({ role: 'admin', name: 'release' })
  return { rich: ids.at(-1) ?? '', compared: ids.slice(-6) }
}
