import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ENGINE_NAMES } from '@runmeta/local/kind'
import { describe, expect, it } from 'vitest'
import { ended, expectAll, load, useServers } from './server.ts'

describe('supervision', () => {
  const servers = useServers()
  const { data, launch, start, fail, call, post, engines, killEngines, processes, noProcesses } = servers

  describe.each(ENGINE_NAMES)('of %s', (name) => {
    const env = { RUNMETA_ENGINE: name }

    it('starts an engine that dies again, on the same port and data, and loses nothing', async () => {
      const { url, child, complaints } = await start({ env })
      await post(url, '/v1/runs', { name: 'busy' })
      const [before] = await engines()
      const clients = load(servers, () => url, 'busy')
      for (let round = 0; round < 3; round++) {
        await clients.more(30)
        expect(await killEngines()).toBe(1)
        await clients.more(1)
      }
      await clients.stop()
      await expectAll(servers, url, 'busy', clients.acknowledged)
      // A reply is the log's receipt or the refusal to try again; the server itself was there all the time.
      expect([...clients.statuses].filter((status) => status !== 201 && status !== 503)).toEqual([])
      const [after] = await engines()
      expect(after?.command).toBe(before?.command)
      expect(after?.pid).not.toBe(before?.pid)
      expect(complaints()).toMatch(/the engine ended \(SIGKILL|exit code 137/)
      child.kill('SIGTERM')
      expect(await ended(child)).toBe(0)
      await noProcesses()
    })

    it('loses nothing, and leaves nothing behind, where the server or all is killed', async () => {
      const acknowledged: number[] = []
      for (const victims of [/^$/, /./, /^.bin.sh/]) {
        // The next server meets the lock of the one before, and waits for an engine that is on its way out.
        const { url, child } = await start({ env })
        if (acknowledged.length > 0) await expectAll(servers, url, 'killed', acknowledged)
        await post(url, '/v1/runs', { name: 'killed' })
        const clients = load(servers, () => url, 'killed')
        await clients.more(15)
        for (const { pid, command } of await processes()) if (victims.test(command)) process.kill(pid, 'SIGKILL')
        child.kill('SIGKILL')
        await ended(child)
        await clients.stop()
        acknowledged.push(...clients.acknowledged)
      }
      await noProcesses()
      const { url } = await start({ env })
      await expectAll(servers, url, 'killed', acknowledged)
    })
  })

  it('starts the engine again where the shell that holds it is killed', async () => {
    const { url } = await start()
    const before = await processes()
    const [shell] = before.filter(({ command }) => command.startsWith('/bin/sh')).map(({ pid }) => pid)
    process.kill(shell ?? 0, 'SIGKILL')
    await expect.poll(async () => (await call(url, '/v1/health')).status).toBe(200)
    const after = await processes()
    expect(after).toHaveLength(before.length)
    expect(after.filter(({ pid }) => before.some((old) => old.pid === pid))).toEqual([])
  })

  it('ends with the reason where the engine dies again and again', async () => {
    const { child, url, complaints } = await start()
    await post(url, '/v1/runs', { name: 'kept' })
    const reaper = setInterval(() => void killEngines(), 10)
    expect(await ended(child)).toBe(1)
    clearInterval(reaper)
    expect(complaints()).toMatch(/given up: it died 5 times in a row: .*(SIGKILL|137)/)
    await noProcesses()
    const again = await start()
    expect((await call(again.url, '/v1/runs/kept')).status).toBe(200)
  })

  it('ends with what the engine said where it cannot start any more', async () => {
    const { child, complaints } = await start()
    await killEngines('SIGSTOP')
    for (const file of ['-wal', '-shm', '']) await rm(join(data(), `runmeta.sqlite${file}`))
    await writeFile(join(data(), 'runmeta.sqlite'), 'no database'.repeat(1000))
    await killEngines()
    expect(await ended(child)).toBe(1)
    expect(complaints().trim().split('\n').at(-1)).toMatch(
      /given up: it died 5 times in a row: exit code 1: .*database/,
    )
  })

  it.each(ENGINE_NAMES)('ends with what the engine said where %s does not start', async (name) => {
    await mkdir(join(data(), 'dynalite'))
    for (const file of ['runmeta.sqlite', 'dynalite/level']) await writeFile(join(data(), file), 'no database')
    const { code, message } = await fail({ env: { RUNMETA_ENGINE: name } })
    expect(code).toBe(1)
    expect(message).toMatch(new RegExp(`^runmeta: the engine ${name} did not start: exit code 1: \\S.*$`))
  })

  it('refuses a second server on its data, whichever engine it would run, and goes on', async () => {
    const { child, url } = await start()
    const seconds = await Promise.all(ENGINE_NAMES.map((name) => fail({ env: { RUNMETA_ENGINE: name } })))
    for (const { code, message } of seconds) {
      expect(code).toBe(1)
      const last = message.split('\n').at(-1)
      expect(last).toBe(`runmeta: RUNMETA_DATA ${data()} is in use by another server, process ${child.pid}`)
    }
    expect((await post(url, '/v1/runs', { name: 'mine' })).status).toBe(201)
  })

  it('lets one of three servers that start at once have the data', async () => {
    const children = Array.from({ length: 3 }, () => launch())
    const codes = await Promise.all(
      children.map(async (child) => {
        const greeted = once(child.stdout ?? child, 'data').then(() => 'serves')
        return Promise.race([greeted, ended(child)])
      }),
    )
    expect(codes.sort()).toEqual([1, 1, 'serves'])
    expect(await engines()).toHaveLength(1)
  })

  it('ends at once at a second signal, and the engine with it', async () => {
    const { child, url } = await start()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{')
    await delay(50)
    child.kill('SIGTERM')
    await delay(200)
    expect(child.exitCode).toBeNull()
    const asked = performance.now()
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(143)
    expect(performance.now() - asked).toBeLessThan(1000)
    socket.destroy()
    await noProcesses()
  })
})
