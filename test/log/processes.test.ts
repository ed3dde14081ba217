import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Serving, serve } from '@runmeta/local/serve'
import { Client } from '@runmeta/sdk'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PROCESSES = 64
const KEYS = 3

describe('processes that log to one run', () => {
  let directory: string
  let setter: string
  let server: Serving
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-processes-'))
    setter = join(directory, 'setter.mjs')
    const entryPoints = [new URL('../support/setter.ts', import.meta.url).pathname]
    await build({ entryPoints, outfile: setter, bundle: true, platform: 'node', format: 'esm', target: 'node20' })
    server = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  })
  afterAll(async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  })

  it('keep each other’s keys if 64 of them log at the same time', async () => {
    const client = new Client({ url: server.url, apiKey: server.rootKey.key })
    const run = await client.createRun()
    const env = { RUNMETA_URL: server.url, RUNMETA_API_KEY: server.rootKey.key, RUNMETA_RUN_ID: run.id }
    const children = Array.from({ length: PROCESSES }, (_, n) =>
      spawn(process.execPath, [setter, `p${n}`, String(KEYS)], { env, stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const codes = children.map(async (child) => (await once(child, 'exit'))[0] as number)
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
    for (const { stdin } of children) stdin.write('go\n')
    expect(new Set(await Promise.all(codes))).toEqual(new Set([0]))
    const keys = Array.from({ length: PROCESSES * KEYS }, (_, n) => [`p${Math.floor(n / KEYS)}.${n % KEYS}`, n % KEYS])
    expect((await client.getPipelineRun(run.id)).runMetadata).toEqual(Object.fromEntries(keys))
  })
})
