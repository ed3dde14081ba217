import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { backup } from '@runmeta/local/sqlite/backup'
import { describe, expect, it } from 'vitest'
import { jsonOf } from '../support/app.ts'
import { ended, runScript, type Started, useServers } from './server.ts'

const FILE = 'runmeta.sqlite'

describe('the file of a data directory', () => {
  const { data, start, fail, call, post } = useServers()

  const file = () => join(data(), FILE)
  const digest = async () =>
    createHash('sha256')
      .update(await readFile(file()))
      .digest('hex')

  async function stop({ child }: Started): Promise<void> {
    child.kill('SIGTERM')
    await ended(child)
  }

  /** The file of a stopped server with a few hundred logs. */
  async function filled(): Promise<void> {
    const server = await start()
    await jsonOf(post(server.url, '/v1/runs', { name: 'kept' }), 201)
    const logs = Array.from({ length: 200 }, (_, n) => ({ [`key${n}`]: `value-${n}`.repeat(20) }))
    for (const metadata of logs) await jsonOf(post(server.url, '/v1/runs/kept/metadata', { metadata }), 201)
    await stop(server)
  }

  /** Checks that the server refuses the file in one line, and does not change it. */
  async function expectRefused(message: RegExp): Promise<void> {
    const before = await digest()
    const failed = await fail()
    expect(failed.code).toBe(1)
    expect(failed.message).toMatch(message)
    expect(failed.message).toContain(file())
    expect(failed.message.split('\n')).toHaveLength(1)
    expect(await digest()).toBe(before)
  }

  it('is used by one server at a time, and a second server names the first', async () => {
    const first = await start()
    const { code, message } = await fail()
    expect(code).toBe(1)
    expect(message).toBe(
      `runmeta: RUNMETA_DATA ${data()} is in use by another server (process ${first.child.pid}); ` +
        'stop it, or set RUNMETA_DATA to another directory',
    )
    first.child.kill('SIGKILL')
    await ended(first.child)
    await start()
  })

  it('is refused if it is not a database', async () => {
    await writeFile(file(), 'runmeta kept this once\n'.repeat(500))
    await expectRefused(/is not a SQLite database/)
  })

  it('is refused if it is the database of another program', async () => {
    const db = new DatabaseSync(file())
    db.exec('create table places (url text)')
    db.close()
    await expectRefused(/is a SQLite database of another program; move it away/)
  })

  it('is refused if a newer release wrote it', async () => {
    await filled()
    const db = new DatabaseSync(file())
    db.exec('pragma user_version = 99; pragma wal_checkpoint(truncate)')
    db.close()
    await expectRefused(/was written by a newer release of runmeta \(schema 99, this release knows 1\)/)
  })

  it('is used if it is empty, with a warning if a server used it before', async () => {
    await writeFile(file(), '')
    const first = await start()
    expect(first.complaints()).toBe('')
    await stop(first)
    await writeFile(file(), '')
    const again = await start()
    await expect
      .poll(again.complaints)
      .toBe(
        `runmeta: ${file()} was empty, although a server has used its directory; if runs are missing, stop the server and put a backup in its place\n`,
      )
    expect((await post(again.url, '/v1/runs', { name: 'new' })).status).toBe(201)
    await stop(again)
    expect((await start()).complaints()).toBe('')
  })

  it.each([
    ['its first page', 16, 80],
    ['the schema', 3200, 880],
    ['a page in the middle', 4096 * 3, 4096],
  ])('is refused if %s is overwritten', async (_, from, length) => {
    await filled()
    const bytes = await readFile(file())
    bytes.fill(0xa5, from, from + length)
    await writeFile(file(), bytes)
    await expectRefused(/damaged|not a SQLite database|of another program/)
  })

  it('never returns a value whose bits have changed', async () => {
    await filled()
    const bytes = await readFile(file())
    const places: number[] = []
    for (let at = bytes.indexOf('value-77value-77'); at !== -1; at = bytes.indexOf('value-77value-77', at + 200))
      places.push(at)
    expect(places.length).toBeGreaterThan(0)
    for (const at of places) bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 1
    await writeFile(file(), bytes)
    const { url, complaints } = await start()
    const reply = await call(url, '/v1/runs/kept')
    expect(reply.status).toBe(503)
    await expect.poll(complaints).toContain(`${file()} is damaged`)
    // The undamaged part is served.
    expect((await call(url, '/v1/runs')).status).toBe(200)
    expect((await post(url, '/v1/runs', { name: 'another' })).status).toBe(201)
  })

  it('can be copied while a server writes to it, and another server can start with the copy', async () => {
    const { url, child } = await start()
    await jsonOf(post(url, '/v1/runs', { name: 'copied' }), 201)
    const acknowledged: number[] = []
    let isOn = true
    const writing = (async () => {
      for (let n = 0; isOn; n++) {
        await jsonOf(post(url, '/v1/runs/copied/metadata', { metadata: { n, [`k${n}`]: n } }), 201)
        acknowledged.push(n)
      }
    })()
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20)
    const before = acknowledged.length
    const target = join(data(), 'copy.sqlite')
    await runScript('backup', { RUNMETA_DATA: data() }, [target])
    isOn = false
    await writing
    child.kill('SIGTERM')
    await ended(child)

    const other = join(data(), 'other')
    await mkdir(other)
    await copyFile(target, join(other, FILE))
    await copyFile(join(data(), 'key'), join(other, 'key'))
    const copy = await start({ env: { RUNMETA_DATA: other } })
    const { metadata } = await jsonOf<{ metadata: Record<string, number> }>(call(copy.url, '/v1/runs/copied'))
    // The copy is of one moment: it has all logs up to some log, and none after it.
    const last = metadata.n ?? -1
    expect(last).toBeGreaterThanOrEqual(before - 1)
    expect(Object.keys(metadata).sort()).toEqual(['n', ...acknowledged.slice(0, last + 1).map((n) => `k${n}`)].sort())
    expect((await stat(target)).mode & 0o077).toBe(0)
  })

  it('is copied only to a new file, and only if it exists', async () => {
    await filled()
    const target = join(data(), 'there')
    await writeFile(target, 'mine')
    await expect(backup(file(), target)).rejects.toThrow(`${target} exists already; give the backup a new name`)
    expect(await readFile(target, 'utf8')).toBe('mine')
    const none = join(data(), 'none.sqlite')
    await expect(backup(none, join(data(), 'new'))).rejects.toThrow(`${none} does not exist`)
    await expect(backup(file(), join(data(), 'no', 'such', 'place'))).rejects.toThrow(/choose a directory that exists/)
  })
})
