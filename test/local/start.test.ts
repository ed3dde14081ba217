import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@runmeta/local/serve'
import { settings } from '@runmeta/local/settings'
import { describe, expect, it } from 'vitest'
import { ended, useServers } from './server.ts'

describe('npm start', () => {
  const { data, start, fail, call, post } = useServers()

  const keyOf = async () => (await readFile(join(data(), 'key'), 'utf8')).trim()

  it('prints the address, the place of the key, and a line that works when pasted', async () => {
    const { url, greeting, complaints } = await start()
    expect(greeting).toContain(join(data(), 'key'))
    const line = greeting.split('\n').find((text) => text.startsWith('curl ')) ?? ''
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line])
    expect(JSON.parse(stdout)).toMatchObject({ name: 'my-first-run', status: 'running' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const document = await (await fetch(`${url}/openapi.json`)).json()
    expect(document).toMatchObject({ openapi: '3.1.0' })
    expect(complaints()).toBe('')
  })

  it('names its store and the store’s promises in its greeting and its health', async () => {
    const { url, greeting } = await start()
    const health = (await (await fetch(`${url}/v1/health`)).json()) as { engine: { promises: string[] } }
    expect(health).toMatchObject({ status: 'ok', engine: { name: 'sqlite' } })
    expect(health.engine.promises.join('\n')).toMatch(/survives kill -9 and a power cut/)
    for (const promise of health.engine.promises) expect(greeting).toContain(promise)
  })

  it('names the dashboard and the reference in its greeting, and prints the key only on a terminal', async () => {
    const { url, greeting } = await start()
    expect(greeting).toContain(`${url}/docs`)
    expect(greeting).not.toContain(await keyOf())
  })

  it('prints a line that works for any directory, and makes its files readable only for their owner', async () => {
    const directory = join(data(), "five o'clock $HOME")
    const { greeting } = await start({ env: { RUNMETA_DATA: directory } })
    const line = greeting.split('\n').find((text) => text.startsWith('curl ')) ?? ''
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line])
    expect(JSON.parse(stdout)).toMatchObject({ name: 'my-first-run' })
    for (const name of await readdir(directory)) {
      expect((await stat(join(directory, name))).mode & 0o077, name).toBe(0)
    }
  })

  it('keeps the key that it creates at its first start, readable only for its owner', async () => {
    const first = await start()
    const key = await keyOf()
    expect(key).toMatch(/^rmk_[0-9a-f]{12}_[0-9a-f]{64}$/)
    expect((await stat(join(data(), 'key'))).mode & 0o777).toBe(0o600)
    expect(first.greeting).not.toContain(key)
    first.child.kill('SIGTERM')
    await ended(first.child)
    await start()
    expect(await keyOf()).toBe(key)
  })

  it('uses the root key in RUNMETA_ROOT_KEY', async () => {
    const env = { RUNMETA_DATA: data(), PORT: '0', RUNMETA_ROOT_KEY: 'a-key-of-my-own-1234' }
    const { url, stop } = await serve(settings(env))
    const headers = { authorization: 'Bearer a-key-of-my-own-1234', 'content-type': 'application/json' }
    expect((await fetch(`${url}/v1/runs`, { method: 'POST', body: '{}', headers })).status).toBe(201)
    await expect(stat(join(data(), 'key'))).rejects.toThrow('ENOENT')
    await stop()
  })

  it("ignores RUNMETA_API_KEY, which is the client's", async () => {
    const { url } = await start({ env: { RUNMETA_API_KEY: 'a-key-of-my-own-1234' } })
    const headers = { authorization: 'Bearer a-key-of-my-own-1234' }
    expect((await fetch(`${url}/v1/runs`, { headers })).status).toBe(401)
    expect((await call(url, '/v1/runs')).status).toBe(200)
  })

  describe('a RUNMETA_ROOT_KEY that is another credential', () => {
    async function issued(path: string, body: object): Promise<Record<string, string>> {
      const { url, child } = await start()
      await post(url, '/v1/runs', { name: 'keyed' })
      const made = (await (await post(url, path, body)).json()) as Record<string, string>
      child.kill('SIGTERM')
      await ended(child)
      return made
    }

    it.each(['read', 'log', 'admin'])('is refused if it is a stored key of the role %s', async (role) => {
      const { id, key = '' } = await issued('/v1/keys', { role })
      const { code, message } = await fail({ env: { RUNMETA_ROOT_KEY: key } })
      expect(code).toBe(1)
      expect(message).toContain(`RUNMETA_ROOT_KEY: is the API key ${id} with the role ${role}`)
      expect(message).not.toContain(key)
    })

    it('is refused if it is a run token', async () => {
      const { token = '' } = await issued('/v1/runs/keyed/token', { expiresIn: 600 })
      const { code, message } = await fail({ env: { RUNMETA_ROOT_KEY: token } })
      expect(code).toBe(1)
      expect(message).toContain('RUNMETA_ROOT_KEY: is a run token')
    })
  })

  describe('the signing key', () => {
    const [OLD, NEW] = ['the-old-signing-key-0123456789abcdef', 'the-new-signing-key-0123456789abcdef']
    const path = () => join(data(), 'signing-key')

    /** Runs a server with these environment variables while `use` runs. */
    async function serving<T>(env: Record<string, string>, use: (url: string) => Promise<T>): Promise<T> {
      const { url, stop } = await serve(settings({ RUNMETA_DATA: data(), PORT: '0', ...env }))
      return use(url).finally(stop)
    }
    const newRun = (url: string) => post(url, '/v1/runs', { name: 'signed' })
    const newToken = async (url: string): Promise<string> => {
      const reply = await post(url, '/v1/runs/signed/token', { expiresIn: 600 })
      return ((await reply.json()) as { token: string }).token
    }
    const log = async (url: string, token: string): Promise<number> => {
      const { id } = (await (await call(url, '/v1/runs/signed')).json()) as { id: string }
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = '{"metadata":{"a":1}}'
      return (await fetch(`${url}/v1/runs/${id}/metadata`, { method: 'POST', headers, body })).status
    }

    it('is created at the first start, readable only for its owner, and kept: tokens outlive a restart', async () => {
      const token = await serving({}, async (url) => {
        await newRun(url)
        return newToken(url)
      })
      expect((await stat(path())).mode & 0o777).toBe(0o600)
      expect(await readFile(path(), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
      expect(await serving({}, (url) => log(url, token))).toBe(201)
    })

    it('is rotated by a line above the old one, and can be RUNMETA_SIGNING_KEY', async () => {
      await writeFile(path(), `${OLD}\n`)
      const old = await serving({}, async (url) => {
        await newRun(url)
        return newToken(url)
      })
      await writeFile(path(), `${NEW}\n${OLD}\n`)
      const both = await serving({}, async (url) => {
        expect(await log(url, old)).toBe(201)
        return newToken(url)
      })
      await serving({ RUNMETA_SIGNING_KEY: NEW }, async (url) => {
        expect(await log(url, both)).toBe(201)
        expect(await log(url, old)).toBe(401)
      })
    })

    it.each(['', 'short\n'])('names the file of an invalid key: %j', async (text) => {
      await writeFile(path(), text)
      const { code, message } = await fail()
      expect(code).toBe(1)
      expect(message).toContain(`${path()} must be 32 or more`)
    })
  })

  it('finishes requests in progress at SIGTERM', async () => {
    const { child, url } = await start()
    await post(url, '/v1/runs', { name: 'busy' })
    const logs = Array.from({ length: 50 }, (_, n) =>
      post(url, '/v1/runs/busy/metadata', { metadata: { [`k${n}`]: n } }),
    )
    await Promise.race(logs)
    child.kill('SIGTERM')
    const settled = await Promise.allSettled(logs)
    const acknowledged = settled.flatMap((result, n) =>
      result.status === 'fulfilled' && result.value.status === 201 ? [n] : [],
    )
    expect(await ended(child)).toBe(0)
    expect(acknowledged.length).toBeGreaterThan(0)
    const again = await start()
    const run = (await (await call(again.url, '/v1/runs/busy')).json()) as { metadata: Record<string, number> }
    for (const n of acknowledged) expect(run.metadata[`k${n}`]).toBe(n)
  })

  it('ends in the same way at SIGINT and SIGHUP', async () => {
    const others = [data(), join(data(), 'other')]
    const both = await Promise.all(others.map((directory) => start({ env: { RUNMETA_DATA: directory } })))
    both[0]?.child.kill('SIGINT')
    both[1]?.child.kill('SIGHUP')
    expect(await Promise.all(both.map(({ child }) => ended(child)))).toEqual([0, 0])
  })

  it.each([
    ['PORT', 'http', /PORT/],
    ['HOST', 'no such host', /HOST/],
    ['RUNMETA_ROOT_KEY', 'has spaces in it so it is no key', /RUNMETA_ROOT_KEY/],
  ])('explains in one line what is wrong with %s=%s', async (name, value, expected) => {
    const { code, message } = await fail({ env: { [name]: value } })
    expect(code).toBe(1)
    expect(message).toMatch(expected)
    expect(message.split('\n')).toHaveLength(1)
  })

  it.each([
    ['PORT', '65536', /PORT/],
    ['RUNMETA_DYNAMODB_ENDPOINT', 'localhost', /RUNMETA_DYNAMODB_ENDPOINT/],
    ['RUNMETA_DYNAMODB_ENDPOINT', 'localhost:8000', /RUNMETA_DYNAMODB_ENDPOINT/],
    ['RUNMETA_TABLE', 'my table', /RUNMETA_TABLE/],
  ])('refuses %s=%s', (name, value, expected) => {
    expect(() => settings({ [name]: value })).toThrow(expected)
  })

  it('reports that its port is in use, and releases the data directory', async () => {
    const { url } = await start()
    const other = join(data(), 'other')
    const { port, host } = new URL(url)
    await expect(serve(settings({ PORT: port, RUNMETA_DATA: other }))).rejects.toThrow(
      `PORT and HOST: ${host} is in use by another process; set PORT to a free one (EADDRINUSE)`,
    )
    const { stop } = await serve(settings({ PORT: '0', RUNMETA_DATA: other }))
    await stop()
  })

  it('releases its port and the data directory if it cannot print its address', async () => {
    const first = await serve(settings({ PORT: '0', RUNMETA_DATA: data() }))
    await first.stop()
    const env = { PORT: new URL(first.url).port, RUNMETA_DATA: data() }
    const place = join(data(), 'server.json')
    await mkdir(place)
    const active = () => process.getActiveResourcesInfo().filter((name) => /^TCPServer|^TCPSocket/.test(name)).length
    const before = active()
    await expect(serve(settings(env))).rejects.toThrow(`${place} is a directory`)
    expect(active()).toBe(before)
    await rmdir(place)
    const { url, stop } = await serve(settings(env))
    expect(url).toBe(first.url)
    await stop()
  })

  it('reports that its key file is empty', async () => {
    await writeFile(join(data(), 'key'), '')
    const { code, message } = await fail()
    expect(code).toBe(1)
    expect(message).toContain(join(data(), 'key'))
  })

  it('warns if other machines can reach it, and can be reached at the address that it prints', async () => {
    const { url, complaints } = await start({ env: { HOST: '0.0.0.0' } })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(complaints()).toMatch(/HOST=0\.0\.0\.0 .* without encryption.*TLS/s)
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
    for (const { address, family } of addresses) {
      if (family !== 'IPv4') continue
      expect((await fetch(`http://${address}:${new URL(url).port}/v1/health`)).status).toBe(200)
    }
  })

  it('trusts no forwarded header', async () => {
    const { url, stop } = await serve(settings({ RUNMETA_DATA: data(), PORT: '0' }))
    const plain = await (await fetch(`${url}/openapi.json`)).text()
    const forwarded = {
      forwarded: 'for=192.0.2.1;proto=https;host=evil.example',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-prefix': '/evil',
      'x-real-ip': '192.0.2.1',
    }
    const reply = await fetch(`${url}/openapi.json`, { headers: forwarded })
    expect(await reply.text()).toBe(plain)
    expect((await fetch(`${url}/v1/runs/x`, { headers: forwarded })).status).toBe(401)
    await stop()
  })
})
