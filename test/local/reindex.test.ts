import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody } from '../support/app.ts'
import { ended, runScript, useServers } from './server.ts'

describe('npm run reindex', () => {
  const { start, fail, call, post, data } = useServers()

  const reindex = () => runScript('reindex', { RUNMETA_DATA: data() })

  /** Removes the index rows from the file of a stopped server. */
  function loseRows(): number {
    const db = new DatabaseSync(join(data(), 'runmeta.sqlite'))
    const isIndex = ['ROW#', 'LEAF#', 'FACT#'].map((prefix) => `cast(sk as text) like '${prefix}%'`).join(' or ')
    const { changes } = db.prepare(`delete from item where ${isIndex}`).run()
    db.close()
    return changes
  }

  it('rebuilds the whole index of a server that is stopped', async () => {
    const key = `k${randomUUID().slice(0, 8)}`
    let { child, url } = await start()
    const run = await jsonOf<RunBody>(post(url, '/v1/runs', { status: 'failed' }), 201)
    await jsonOf(post(url, `/v1/runs/${run.id}/metadata`, { metadata: { [key]: { a: 1, b: 2 } } }), 201)
    child.kill('SIGTERM')
    await ended(child)
    const lost = loseRows()
    expect(lost).toBe(4)

    expect((await reindex()).stdout).toBe(`1 runs checked, ${lost} index rows repaired\n`)
    expect((await reindex()).stdout).toBe('1 runs checked, 0 index rows repaired\n')
    ;({ child, url } = await start())
    for (const query of [`where=/${key}/a = 1`, `where=/${key}/b = 2`, 'status=failed', 'order=createdAt']) {
      const { runs } = await jsonOf<{ runs: RunBody[] }>(call(url, `/v1/runs?${encodeURI(query)}`))
      expect(runs.map(({ id }) => id)).toEqual([run.id])
    }
  })

  it('is refused while a server runs with the data', async () => {
    await start()
    const refused = (await reindex().catch((error: unknown) => error)) as { code: number; stderr: string }
    expect(refused.code).toBe(1)
    expect(refused.stderr).toBe(`${(await fail()).message}\n`)
  })
})
