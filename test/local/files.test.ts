import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import { settings } from '@runmeta/local/settings'
import { describe, expect, it } from 'vitest'
import { useServers } from './server.ts'

/** A user to whom permissions apply, unlike root. */
const ORDINARY = process.getuid?.() === 0 ? { user: 65_534 } : {}

const STATES: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'other bytes': (path) => writeFile(path, 'not 16\n'.repeat(200)),
  'a directory': async (path) => {
    await rm(path, { force: true })
    await mkdir(path)
  },
  'an unreadable file': async (path) => {
    await writeFile(path, '', { flag: 'a' })
    await chmod(path, 0o000)
  },
  'a read-only file': async (path) => {
    await writeFile(path, '', { flag: 'a' })
    await chmod(path, 0o400)
  },
}

const IS_DIRECTORY = /is a directory, not a file.*; move it away/
const NO_ACCESS = /cannot be .*; check its owner and permissions/
const SERVED = undefined

/** What a start says about each file of a data directory, in the order of the states. */
const FILES: Readonly<Record<string, readonly (RegExp | undefined)[]>> = {
  lock: [/is no lock of runmeta.*it contains no data: remove it/, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
  pid: [SERVED, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
  key: [/holds no API key; remove it/, IS_DIRECTORY, NO_ACCESS, SERVED],
  'signing-key': [/must be 32 or more/, IS_DIRECTORY, NO_ACCESS, SERVED],
  'server.json': [SERVED, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
  'runmeta.sqlite': [/is not a SQLite database/, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
  'runmeta.sqlite-wal': [SERVED, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
  'runmeta.sqlite-shm': [SERVED, IS_DIRECTORY, NO_ACCESS, NO_ACCESS],
}

const CASES = Object.entries(FILES).flatMap(([name, expected]) =>
  Object.keys(STATES).map((state, at) => ({ name, state, expected: expected[at] })),
)

describe('a file of the data directory', () => {
  const { data, start, fail, post, call } = useServers()

  /** A data directory with a run, of an ordinary user; no server runs on it. */
  async function used(): Promise<void> {
    const { url, stop } = await serve(settings({ RUNMETA_DATA: data(), PORT: '0' }))
    expect((await post(url, '/v1/runs', { name: 'kept' })).status).toBe(201)
    await stop()
    await own()
  }

  async function own(): Promise<void> {
    const { user } = ORDINARY
    if (user === undefined) return
    for (const name of ['', ...(await readdir(data()))]) await chown(join(data(), name), user, user)
  }

  /** The content of each file that a start may not change. */
  async function contents(): Promise<Record<string, string>> {
    const names = ['key', 'signing-key', 'runmeta.sqlite']
    const texts = names.map((name) => readFile(join(data(), name), 'latin1').catch((error) => error.code))
    return Object.fromEntries((await Promise.all(texts)).map((text, at) => [names[at], text]))
  }

  it.each(CASES.filter(({ expected }) => expected !== SERVED))(
    'is named, with what to do, if $name is $state',
    async ({ name, state, expected }) => {
      await used()
      await STATES[state]?.(join(data(), name))
      await own()
      const before = await contents()
      const { code, message } = await fail(ORDINARY)
      expect(code).toBe(1)
      expect(message.startsWith(`runmeta: ${join(data(), name)} `), message).toBe(true)
      expect(message).toMatch(expected ?? '')
      expect(message.split('\n')).toHaveLength(1)
      expect(await contents()).toEqual(before)
    },
  )

  it.each(CASES.filter(({ expected }) => expected === SERVED))('does no harm if $name is $state', async (given) => {
    await used()
    await STATES[given.state]?.(join(data(), given.name))
    await own()
    const { url } = await start(ORDINARY)
    expect((await call(url, '/v1/runs/kept')).status).toBe(200)
    expect((await post(url, '/v1/runs', { name: 'another' })).status).toBe(201)
  })
})
