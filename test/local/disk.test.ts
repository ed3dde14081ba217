import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import { settings } from '@runmeta/local/settings'
import { describe, expect, it } from 'vitest'
import { ended, expectAll, useServers } from './server.ts'

/** A user without root's permission to write everywhere. */
const ORDINARY = process.getuid?.() === 0 ? { user: 65_534 } : {}

/** The maximum size of a file, in blocks of 512 bytes; to SQLite it looks like a full disk. */
const ROOM = 2000

describe('the data directory', () => {
  const servers = useServers()
  const { data, start, fail, post } = servers

  it('loses nothing on a full disk, and continues when there is space', async () => {
    const { url, child, complaints } = await start({ before: `ulimit -S -f ${ROOM}` })
    await post(url, '/v1/runs', { name: 'full' })
    const noise = Array.from({ length: 2000 }, () => Math.random())
    const acknowledged: number[] = []
    let status = 201
    for (let n = 0; status === 201; n++) {
      ;({ status } = await post(url, '/v1/runs/full/metadata', { metadata: { [`k${n}`]: n, noise } }))
      if (status === 201) acknowledged.push(n)
    }
    expect(status).toBe(503)
    await expect.poll(complaints).toMatch(/too large|full|disk|I\/O/i)
    await expectAll(servers, url, 'full', acknowledged)
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:'])
    expect((await post(url, '/v1/runs/full/metadata', { metadata: { room: true } })).status).toBe(201)
    child.kill('SIGKILL')
    await ended(child)
    const again = await start()
    await expectAll(servers, again.url, 'full', acknowledged)
  })

  it('is refused if there is no space to start', async () => {
    const { code, message } = await fail({ before: 'ulimit -f 0' })
    expect(code).toBe(1)
    expect(message).toMatch(/^runmeta: RUNMETA_DATA .*EFBIG.*$/)
    expect(await readdir(data())).toEqual([])
  })

  it.each([
    ['', 0o500],
    ['inside', 0o500],
    ['', 0o000],
  ])('is refused if it is not writable (%j, %i)', async (inside, mode) => {
    await chmod(data(), mode)
    const { code, message } = await fail({ ...ORDINARY, env: { RUNMETA_DATA: join(data(), inside) } })
    await chmod(data(), 0o700)
    expect(code).toBe(1)
    expect(message).toBe(
      `runmeta: RUNMETA_DATA ${join(data(), inside)} cannot be written to by this user (EACCES); set RUNMETA_DATA to another directory`,
    )
  })

  it('is refused, with their names, if its files are not writable', async () => {
    const { child, url } = await start()
    await post(url, '/v1/runs', { name: 'kept' })
    child.kill('SIGTERM')
    await ended(child)
    await chmod(data(), 0o777)
    for (const name of ['key', 'signing-key']) await chmod(join(data(), name), 0o444)
    for (const name of ['lock', 'pid']) await chmod(join(data(), name), 0o666)
    await chmod(join(data(), 'runmeta.sqlite'), 0o444)
    const { code, message } = await fail(ORDINARY)
    expect(code).toBe(1)
    expect(message).toMatch(
      /^runmeta: .*runmeta\.sqlite cannot be opened for writing .*check its owner and permissions$/,
    )
  })

  it.each([
    ['file', 'is a file, not a directory (EEXIST)'],
    ['file/below', 'is below a file, not a directory (ENOTDIR)'],
  ])('is refused if %s is no directory', async (path, reason) => {
    await writeFile(join(data(), 'file'), '')
    const place = join(data(), path)
    expect(await fail({ env: { RUNMETA_DATA: place } })).toEqual({
      code: 1,
      message: `runmeta: RUNMETA_DATA ${place} ${reason}; set RUNMETA_DATA to another directory`,
    })
  })

  it('can have any name', async () => {
    const place = join(data(), 'it\'s $HOME `x` "y" ünï')
    await mkdir(place)
    const { url, stop } = await serve(settings({ RUNMETA_DATA: place, PORT: '0' }))
    expect((await fetch(`${url}/v1/health`)).status).toBe(200)
    await stop()
  })
})
