import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as A from '@runmeta/sdk'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, clientOf, pipelineRun, RUN, receipt, run } from './stub.ts'

/** A second copy of the package in the same program, as CommonJS. */
let B: typeof A
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-copies-'))
  const entry = new URL('../../packages/sdk/src/index.ts', import.meta.url).pathname
  const file = join(folder, 'copy.cjs')
  await build({ entryPoints: [entry], outfile: file, bundle: true, format: 'cjs', platform: 'neutral' })
  B = createRequire(import.meta.url)(file)
  await writeFile(join(folder, 'package.json'), '{}')
})
afterAll(() => rm(folder, { recursive: true }))

describe('two copies of the package', () => {
  test('share the run, the step and the client around a call', async () => {
    const { client, sent } = clientOf([run(), receipt()])
    const created = await client.createRun({ name: 'nightly' })
    await A.withRun(
      created,
      A.step('train', () => B.logMetadata({ metadata: { lib: 1 } })),
    )
    await B.withRun(created, () => A.step('train', () => A.logMetadata({ metadata: { lib: 2 } }))())
    expect(sent.slice(1).map((one) => [one.path, bodyOf(one)])).toEqual([
      [`/v1/runs/${RUN.id}/metadata`, { metadata: { lib: 1 }, step: 'train' }],
      [`/v1/runs/${RUN.id}/metadata`, { metadata: { lib: 2 }, step: 'train', after: '01' }],
    ])
  })

  test('compare each other’s runs', async () => {
    const { client } = clientOf([pipelineRun('{"a":1}')])
    const read = await client.getPipelineRun('nightly')
    const other = new B.Client({
      url: 'http://runmeta.test',
      apiKey: 'k',
      fetch: async () =>
        Response.json({ runs: [{ ...RUN, metadata: { a: 1 }, types: {}, steps: {} }], order: '-createdAt' }),
    })
    expect((await other.compare([read])).rows).toEqual([{ pointer: '/a', values: [1], differs: false }])
  })
})
