import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpoolClient } from '@runmeta/sdk/spool'
import { type Check, newName, same } from './checks.ts'

/** Checks for runtimes with a disk. This file runs on the runtime itself. */
export const SPOOL_CHECKS: Readonly<Record<string, Check>> = {
  'a spool keeps logs while the API is away, and sends them once': async ({ client, url, apiKey }) => {
    const directory = await mkdtemp(join(tmpdir(), 'runmeta-spool-'))
    try {
      const run = await client.createRun({ name: newName('spool') })
      const fetch = () => Promise.reject(new TypeError('no network'))
      const away = new SpoolClient({ url, apiKey, directory, fetch, retries: 0 })
      for (const n of [1, 2]) same(await away.run(run.id).logMetadata({ metadata: { n } }), undefined)
      same(await away.pending(), 2)
      const spool = new SpoolClient({ url, apiKey, directory })
      same(await spool.flush(), { sent: 2, refused: 0, left: 0 })
      await spool.flush()
      const values: unknown[] = []
      for await (const { value } of run.history('n')) values.push(value)
      same([values, await readdir(directory)], [[2, 1], []])
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}
