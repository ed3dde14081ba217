import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, logMetadata, withRun } from '@runmeta/sdk'
import { SpoolClient } from '@runmeta/sdk/spool'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { errorOf } from './stub.ts'

const url = 'http://runmeta.test'
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runmeta-spool-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** The API in process, with a way to it that can be cut, also after the server has acted. */
async function cuttable() {
  const { fetch } = await testApp()
  const direct = new Client({ url, apiKey: ROOT_KEY, fetch })
  const way = { isCut: false, losesReplies: false, requests: 0 }
  const through: typeof fetch = async (address, request) => {
    way.requests++
    if (way.isCut) throw new TypeError('connect ECONNREFUSED')
    const reply = await fetch(address, request)
    if (way.losesReplies) throw new TypeError('terminated')
    return reply
  }
  const spool = () => new SpoolClient({ url, apiKey: ROOT_KEY, fetch: through, retries: 0, directory })
  const run = await direct.createRun({ pipeline: 'offline' })
  const values = async () => {
    const found: unknown[] = []
    for await (const { value } of run.history('n')) found.unshift(value)
    return found
  }
  return { direct, run, way, spool, values }
}

describe('a spool', () => {
  test('sends a log at once where it can', async () => {
    const { run, spool, values } = await cuttable()
    const receipt = await spool()
      .run(run.id)
      .logMetadata({ metadata: { n: 1 } })
    expect(receipt?.run.id).toBe(run.id)
    expect([await values(), await readdir(directory)]).toEqual([[1], []])
  })

  test('keeps logs on the disk while the API is away, and sends them in their order, exactly once', async () => {
    const { run, way, spool, values } = await cuttable()
    const client = spool()
    way.isCut = true
    for (let n = 1; n <= 3; n++) expect(await client.run(run.id).logMetadata({ metadata: { n } })).toBeUndefined()
    expect(await client.pending()).toBe(3)
    expect(await values().catch((error) => error.code)).toBe('key_not_found')
    way.isCut = false
    expect(await client.flush()).toEqual({ sent: 3, refused: 0, left: 0 })
    expect(await client.flush()).toEqual({ sent: 0, refused: 0, left: 0 })
    await client.run(run.id).logMetadata({ metadata: { n: 4 } })
    expect([await values(), await readdir(directory)]).toEqual([[1, 2, 3, 4], []])
  })

  test('counts a log once whose reply was lost', async () => {
    const { run, way, spool, values } = await cuttable()
    const client = spool()
    way.losesReplies = true
    await client.run(run.id).logMetadata({ metadata: { n: 1 } })
    expect((await client.flush()).left).toBe(1)
    way.losesReplies = false
    expect((await client.flush()).sent).toBe(1)
    expect(await values()).toEqual([1])
  })

  test('does not ask again for each log while the API is away', async () => {
    const { run, way, spool } = await cuttable()
    const client = spool()
    way.isCut = true
    for (let n = 1; n <= 20; n++) await client.run(run.id).logMetadata({ metadata: { n } })
    expect(way.requests).toBe(1)
    expect(await client.pending()).toBe(20)
  })

  test('is read by the next process, whose first log sends what waits before it', async () => {
    const { run, way, spool, values } = await cuttable()
    way.isCut = true
    await spool()
      .run(run.id)
      .logMetadata({ metadata: { n: 1 } })
    way.isCut = false
    await spool()
      .run(run.id)
      .logMetadata({ metadata: { n: 2 } })
    expect([await values(), await readdir(directory)]).toEqual([[1, 2], []])
  })

  test('may be flushed by two at once', async () => {
    const { run, way, spool, values } = await cuttable()
    const [one, other] = [spool(), spool()]
    way.isCut = true
    for (let n = 1; n <= 5; n++) await one.run(run.id).logMetadata({ metadata: { n } })
    way.isCut = false
    await Promise.all([one.flush(), other.flush(), one.flush()])
    expect([await values(), await readdir(directory)]).toEqual([[1, 2, 3, 4, 5], []])
  })

  test('sets aside what the API refuses, with the reason, and goes on', async () => {
    const { direct, run, way, spool, values } = await cuttable()
    const client = spool()
    const gone = await direct.createRun({ pipeline: 'gone' })
    way.isCut = true
    await client.run(gone.id).logMetadata({ metadata: { n: 0 } })
    await client.run(run.id).logMetadata({ metadata: { n: 1 } })
    await gone.delete()
    way.isCut = false
    expect(await client.flush()).toEqual({ sent: 1, refused: 1, left: 0 })
    expect(await values()).toEqual([1])
    const [name = ''] = await readdir(directory)
    expect(name).toMatch(/\.refused$/)
    expect(JSON.parse(await readFile(join(directory, name), 'utf8'))).toMatchObject({ code: 'run_not_found' })
  })

  test('refuses at once what cannot be logged, and what the API refuses', async () => {
    const { run, spool } = await cuttable()
    const client = spool()
    expect(await errorOf(client.run(run.id).logMetadata({ metadata: { n: Number.NaN } }))).toMatchObject({
      name: 'InvalidValueError',
    })
    expect(await errorOf(client.run('none').logMetadata({ metadata: { n: 1 } }))).toMatchObject({
      name: 'RunNotFoundError',
    })
    expect(await readdir(directory)).toEqual([])
  })

  test('is the client of a run, for all that is logged in it', async () => {
    const { run, way, spool } = await cuttable()
    const client = spool()
    way.isCut = true
    await withRun(run.id, () => logMetadata({ metadata: { n: 2n ** 64n } }), { client })
    way.isCut = false
    await client.flush()
    expect((await run.read()).runMetadata).toEqual({ n: 2n ** 64n })
  })
})
