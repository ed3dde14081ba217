import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, logMetadata, withRun } from '@runmeta/sdk'
import { SpoolClient, type SpoolOptions } from '@runmeta/sdk/spool'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { errorOf } from './stub.ts'

const url = 'http://runmeta.test'
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runmeta-spool-'))
})
afterEach(() => rm(directory, { recursive: true }))

interface Way {
  isCut: boolean
  losesReplies: boolean
  requests: number
  /** The reply of another server in place of the API. */
  answer: (() => Response) | undefined
}

/** The API in process, behind a connection that can be cut, before or after the server acts. */
async function cuttable() {
  const { fetch } = await testApp()
  const direct = new Client({ url, apiKey: ROOT_KEY, fetch })
  const way: Way = { isCut: false, losesReplies: false, requests: 0, answer: undefined }
  const through: typeof fetch = async (address, request) => {
    way.requests++
    if (way.isCut) throw new TypeError('connect ECONNREFUSED')
    if (way.answer !== undefined) return way.answer()
    const reply = await fetch(address, request)
    if (way.losesReplies) throw new TypeError('terminated')
    return reply
  }
  const spool = (apiKey: string = ROOT_KEY, options: Partial<SpoolOptions> = {}) =>
    new SpoolClient({ url, apiKey, fetch: through, retries: 0, directory, ...options })
  const run = await direct.createRun({ pipeline: 'offline' })
  const values = async () => {
    const found: unknown[] = []
    for await (const { value } of run.history('n')) found.unshift(value)
    return found
  }
  return { direct, run, way, spool, values }
}

describe('a spool', () => {
  test('sends a log immediately if possible', async () => {
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

  test('counts a log once if its reply was lost', async () => {
    const { run, way, spool, values } = await cuttable()
    const client = spool()
    way.losesReplies = true
    await client.run(run.id).logMetadata({ metadata: { n: 1 } })
    expect((await client.flush()).left).toBe(1)
    way.losesReplies = false
    expect((await client.flush()).sent).toBe(1)
    expect(await values()).toEqual([1])
  })

  test('does not try to connect for each log while the API is away', async () => {
    const { run, way, spool } = await cuttable()
    const client = spool()
    way.isCut = true
    for (let n = 1; n <= 20; n++) await client.run(run.id).logMetadata({ metadata: { n } })
    expect(way.requests).toBe(1)
    expect(await client.pending()).toBe(20)
  })

  test('is read by the next process, whose first log sends the waiting logs first', async () => {
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

  test('keeps the order of logs that several clients write within a millisecond', async () => {
    const { run, way, spool, values } = await cuttable()
    way.isCut = true
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now())
    const order = Array.from({ length: 20 }, (_, n) => n)
    for (const n of order) await spool().run(run.id).logMetadata({ metadata: { n } })
    now.mockRestore()
    way.isCut = false
    await spool().flush()
    expect(await values()).toEqual(order)
  })

  test('can be flushed by two clients at once', async () => {
    const { run, way, spool, values } = await cuttable()
    const [one, other] = [spool(), spool()]
    way.isCut = true
    for (let n = 1; n <= 5; n++) await one.run(run.id).logMetadata({ metadata: { n } })
    way.isCut = false
    await Promise.all([one.flush(), other.flush(), one.flush()])
    expect([await values(), await readdir(directory)]).toEqual([[1, 2, 3, 4, 5], []])
  })

  test('sets aside a log that the API refuses, with the reason, and continues', async () => {
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

  const page = (status: number) => () =>
    new Response('<html>sign in</html>', { status, headers: { 'content-type': 'text/html' } })

  test.each([200, 302, 403, 404])('keeps logs while another server replies: a page with status %i', async (status) => {
    const { run, way, spool, values } = await cuttable()
    const client = spool()
    way.answer = page(status)
    for (let n = 1; n <= 2; n++) expect(await client.run(run.id).logMetadata({ metadata: { n } })).toBeUndefined()
    expect(await client.flush()).toMatchObject({ sent: 0, refused: 0, left: 2, error: { code: 'unexpected_reply' } })
    way.answer = undefined
    expect(await client.flush()).toEqual({ sent: 2, refused: 0, left: 0 })
    expect(await values()).toEqual([1, 2])
  })

  test('keeps waiting logs if the key is invalid or missing, and says so', async () => {
    const { run, way, spool, values } = await cuttable()
    way.isCut = true
    await spool()
      .run(run.id)
      .logMetadata({ metadata: { n: 1 } })
    way.isCut = false
    const stranger = spool('rmk_0123456789abcdef_unknown')
    expect(await errorOf(stranger.flush())).toMatchObject({ name: 'UnauthorizedError' })
    expect(await errorOf(stranger.run(run.id).logMetadata({ metadata: { n: 2 } }))).toMatchObject({
      name: 'UnauthorizedError',
    })
    expect(await errorOf(spool(' ').flush())).toMatchObject({ name: 'ConfigurationError' })
    expect(await spool().flush()).toEqual({ sent: 2, refused: 0, left: 0 })
    expect(await values()).toEqual([1, 2])
  })

  test('leaves logs that its key may not send to another process, and sends the others', async () => {
    const { direct, run, way, spool, values } = await cuttable()
    const own = await direct.createRun({ pipeline: 'own' })
    const { token } = await own.createToken({ expiresIn: 60 })
    way.isCut = true
    await spool()
      .run(run.id)
      .logMetadata({ metadata: { n: 1 } })
    await spool(token).logMetadata({ metadata: { n: 2 } })
    way.isCut = false
    expect(await spool(token).flush()).toMatchObject({ sent: 1, refused: 0, left: 1, error: { code: 'forbidden' } })
    expect((await own.read()).runMetadata).toEqual({ n: 2 })
    const client = spool(token)
    await client.flush()
    way.requests = 0
    expect(await client.logMetadata({ metadata: { n: 3 } })).toMatchObject({ run: { id: own.id } })
    expect(way.requests).toBe(1)
    expect(await spool().flush()).toEqual({ sent: 1, refused: 0, left: 0 })
    expect(await values()).toEqual([1])
  })

  test('immediately refuses invalid logs, and logs that the API refuses', async () => {
    const { run, way, spool } = await cuttable()
    const client = spool()
    expect(await errorOf(client.run(run.id).logMetadata({ metadata: { n: Number.NaN } }))).toMatchObject({
      name: 'InvalidValueError',
    })
    expect(await errorOf(client.run('none').logMetadata({ metadata: { n: 1 } }))).toMatchObject({
      name: 'RunNotFoundError',
    })
    way.isCut = true
    expect(await errorOf(client.run('').logMetadata({ metadata: { n: 1 } }))).toMatchObject({ name: 'BadRequestError' })
    expect(await readdir(directory)).toEqual([])
  })

  test('sends logs without its folder, and reports the others to onError', async () => {
    const { run, way, spool, values } = await cuttable()
    const file = join(directory, 'a-file')
    await writeFile(file, '')
    const told: unknown[] = []
    const client = spool(ROOT_KEY, { directory: join(file, 'spool'), onError: (error) => told.push(error) })
    expect(await client.run(run.id).logMetadata({ metadata: { n: 1 } })).toMatchObject({ run: { id: run.id } })
    way.isCut = true
    expect(await client.run(run.id).logMetadata({ metadata: { n: 2 } })).toBeUndefined()
    const refused = { name: 'ConfigurationError', message: expect.stringMatching(/directory.*ENOTDIR/) }
    expect(told).toMatchObject([refused])
    expect(await errorOf(client.flush())).toMatchObject(refused)
    expect(await values()).toEqual([1])
  })

  test('can be the client of withRun, for all that is logged inside', async () => {
    const { run, way, spool } = await cuttable()
    const client = spool()
    way.isCut = true
    await withRun(run.id, () => logMetadata({ metadata: { n: 2n ** 64n } }), { client })
    way.isCut = false
    await client.flush()
    expect((await run.read()).runMetadata).toEqual({ n: 2n ** 64n })
  })
})
