import { Client, NameTakenError, RunmetaError, RunNotFoundError } from '@runmeta/sdk'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { errorOf } from './stub.ts'

/** Each call of the client against the real API. */

let client: Client
beforeAll(async () => {
  const { fetch } = await testApp()
  client = new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch })
})

describe('a reference with `exact`', () => {
  test('finds no run by a prefix', async () => {
    await client.createRun({ name: 'exact-10' })
    expect((await client.getPipelineRun('exact-1')).name).toBe('exact-10')
    const log = { runIdNameOrPrefix: 'exact-1', metadata: { a: 1 }, exact: true }
    for (const call of [
      client.getPipelineRun('exact-1', { exact: true }),
      client.logMetadata(log),
      client.unset('exact-1', 'a', { exact: true }),
      client.history('exact-1', 'a', { exact: true }).next(),
    ]) {
      expect(await errorOf(call)).toBeInstanceOf(RunNotFoundError)
    }
    expect(await client.logMany([log])).toMatchObject([{ code: 'run_not_found' }])
  })

  test('is what the handle of a run uses: its logs never go to a run whose name begins with its id', async () => {
    const run = await client.createRun({ pipeline: 'handles' })
    await client.createRun({ name: `${run.id}-retry` })
    await run.delete()
    expect(await errorOf(run.logMetadata({ metadata: { a: 1 } }))).toBeInstanceOf(RunNotFoundError)
    expect(await errorOf(run.step('train').logMetadata({ metadata: { a: 1 } }))).toBeInstanceOf(RunNotFoundError)
    expect((await client.getPipelineRun(`${run.id}-retry`)).runMetadata).toEqual({})
  })
})

describe('a run', () => {
  test('is read as of a position and as of a time', async () => {
    const run = await client.createRun({ pipeline: 'history' })
    const first = await run.logMetadata({ metadata: { n: 1 } })
    await run.logMetadata({ metadata: { n: 2 } })
    expect((await run.read({ at: first?.log.position ?? '' })).runMetadata).toEqual({ n: 1 })
    expect((await run.read({ at: new Date(Date.now() + 60_000) })).runMetadata).toEqual({ n: 2 })
    expect((await run.read({ at: new Date(0) })).runMetadata).toEqual({})
  })

  test('can be renamed, which frees its old name', async () => {
    const run = await client.createRun({ name: 'before' })
    expect((await client.updateRun('before', { name: 'after' })).name).toBe('after')
    expect((await client.createRun({ name: 'before' })).isNew).toBe(true)
    expect(await errorOf(run.update({ name: 'before' }))).toBeInstanceOf(NameTakenError)
  })

  test('can expire, or have its expiry removed', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000)
    const run = await client.createRun({ pipeline: 'expiring', expiresAt })
    expect(run.expiresAt).toBe(expiresAt.toISOString())
    expect((await run.read()).expiresAt).toBe(expiresAt.toISOString())
    expect((await run.update({ expiresAt: null })).expiresAt).toBeUndefined()
  })

  test('is imported with its times, and its logs with their times', async () => {
    const createdAt = new Date('2020-01-31T12:00:00Z')
    const run = await client.createRun({ pipeline: 'import', createdAt, startedAt: createdAt, endedAt: createdAt })
    expect(run).toMatchObject({ createdAt: createdAt.toISOString(), endedAt: createdAt.toISOString(), isNew: true })
    await run.logMetadata({ metadata: { loss: 0.5 }, createdAt })
    for await (const entry of run.history('loss')) expect(entry.createdAt).toBe(createdAt.toISOString())
  })

  test('is not created by withNewRun if its name is taken', async () => {
    await client.createRun({ name: 'taken' })
    expect(await errorOf(client.withNewRun({ name: 'taken' }, () => 7))).toBeInstanceOf(NameTakenError)
  })
})

describe('many logs in one call', () => {
  test('go to any runs, and each is stored or refused by itself', async () => {
    const [one, two] = await Promise.all(['many-one', 'many-two'].map((name) => client.createRun({ name })))
    const results = await client.logMany([
      { runIdNameOrPrefix: 'many-one', metadata: { n: 2n ** 64n } },
      { runIdNameOrPrefix: 'many-none', metadata: { n: 1 } },
      { runIdNameOrPrefix: 'many-two', stepName: 'train', logRelatedEntities: false, metadata: { n: 1 } },
      ...Array.from({ length: 120 }, (_, n) => ({ runIdNameOrPrefix: 'many-two', metadata: { n } })),
    ])
    expect(results).toHaveLength(123)
    expect(results.filter((result) => result instanceof RunmetaError)).toMatchObject([{ code: 'run_not_found' }])
    expect((await one?.read())?.runMetadata).toEqual({ n: 2n ** 64n })
    const read = await two?.read()
    expect(read?.runMetadata).toEqual({ n: 119 })
    expect(read?.steps.train?.runMetadata).toEqual({ n: 1 })
  })

  test('count once, however often they are sent', async () => {
    const run = await client.createRun({ pipeline: 'once' })
    const logs = [{ runIdNameOrPrefix: run.id, metadata: { n: 1 }, idempotencyKey: 'k' }]
    const [first] = await client.logMany(logs)
    const [again] = await client.logMany(logs)
    expect(again).toEqual(first)
  })
})

describe('a list', () => {
  test('accepts several statuses and pipelines, a part of a name, and the condition `contains`', async () => {
    for (const [index, status] of (['completed', 'failed', 'running'] as const).entries()) {
      const run = await client.createRun({ name: `Listed-${index}`, pipeline: `several-${index}`, status })
      await run.logMetadata({ metadata: { text: `with a word ${index}` } })
    }
    const names = async (options: Parameters<Client['listPipelineRuns']>[0]) =>
      (await client.listPipelineRuns(options).first(10)).map(({ name }) => name).sort()
    expect(await names({ nameContains: 'listed', status: ['completed', 'failed'] })).toEqual(['Listed-0', 'Listed-1'])
    expect(await names({ pipeline: ['several-1', 'several-2'] })).toEqual(['Listed-1', 'Listed-2'])
    expect(await names({ where: '/text contains "word 2"' })).toEqual(['Listed-2'])
  })
})
