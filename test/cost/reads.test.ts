import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { rawTable } from '../checkpoint/store.ts'
import { endpointOf, jsonOf, type ReceiptBody, type RunBody } from '../support/app.ts'
import { describeMetered } from '../support/meter.ts'

/** The age of old logs, and their number, which is more than a read takes with the record. */
const OLD_MS = 20 * 60_000
const OLD_LOGS = 2000

const noise = (bytes: number): string => randomBytes(bytes).toString('base64')

/** The cost of reads as of a position, and of lists by several values or parts of texts, as in docs/table.md. */
describeMetered('the requests of', (meter) => {
  const { cost } = meter
  const newRun = (body: object) => jsonOf<RunBody>(meter.app.send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const log = (run: string, metadata: object) =>
    jsonOf<ReceiptBody>(meter.app.send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata })), 201)
  const list = (query: string) => cost(() => meter.app.request(`/v1/runs?${query}`))

  it('a read as of a position or a time takes 2 requests', async () => {
    const { id } = await newRun({})
    const receipt = await log(id, { m: { a: 1, b: 2, c: 3 } })
    for (const at of [receipt.log.position, receipt.log.createdAt]) {
      const asked = await cost(() => meter.app.request(`/v1/runs/${id}?at=${at}`))
      expect(asked).toEqual({ requests: ['GetItem', 'Query'], rounds: 2, units: 2 })
    }
  })

  it('a read as of a time takes 3 requests above the checkpoint, and folds the logs again below it', async () => {
    const { id } = await newRun({})
    await log(id, { m: { a: 1, b: 2, c: 3 } })
    const first = Date.now() - OLD_MS
    // One in each millisecond.
    await rawTable({ tableName: meter.app.tableName, endpoint: endpointOf(meter.engine) }).copyLog(id, OLD_LOGS, OLD_MS)
    const tagOf = async () => (await meter.app.request(`/v1/runs/${id}`)).headers.get('etag')
    // The first reader makes the checkpoint.
    const tag = await tagOf()
    expect(await tagOf()).toBe(tag)
    const headers = { 'if-none-match': tag ?? '' }
    // No log is read: all are in the checkpoint.
    expect(await cost(() => meter.app.request(`/v1/runs/${id}`, { headers }), 304)).toEqual({
      requests: ['Query'],
      rounds: 1,
      units: 1,
    })
    const { log: last } = await log(id, { later: 1 })
    const server = await meter.cold()
    const read = (at: string) => cost(() => server.request(`/v1/runs/${id}?at=${at}`))
    const requests = ['GetItem', 'Query']
    const cold = await read(last.position)
    expect(cold).toEqual({ requests: ['BatchGetItem', ...requests], rounds: 2, units: 3 })
    expect(await read(last.position)).toEqual({ requests, rounds: 2, units: 2 })
    const all = await read(new Date(first + OLD_MS / 2).toISOString())
    const half = await read(new Date(first + OLD_LOGS / 2).toISOString())
    for (const asked of [all, half]) expect(asked).toMatchObject({ requests, rounds: 2 })
    // About 430 bytes for a log, and 4 KB for a unit.
    expect(all.units).toBeLessThanOrEqual(1 + (OLD_LOGS * 450) / 4096)
    expect(half.units).toBeLessThanOrEqual(all.units * 0.75)
  })

  it('a read of an unchanged run with its ETag takes 1 request, without the values of a large log', async () => {
    const { id } = await newRun({})
    await log(id, Object.fromEntries([0, 1, 2].map((part) => [`noise${part}`, noise(500_000)])))
    const first = await meter.app.request(`/v1/runs/${id}`)
    const etag = first.headers.get('etag') ?? ''
    await first.text()
    const read = (headers: Record<string, string>, status: number) =>
      cost(() => meter.app.request(`/v1/runs/${id}`, { headers }), status)
    expect((await read({}, 200)).requests).toEqual(['BatchGetItem', 'Query'])
    expect(await read({ 'if-none-match': etag }, 304)).toEqual({ requests: ['Query'], rounds: 1, units: 1 })
  })

  it('a list by several statuses or pipelines takes a Query for each, concurrently', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    for (const pipeline of [one, other]) await newRun({ pipeline, status: 'completed' })
    const requests = ['BatchGetItem', 'Query', 'Query']
    for (const query of [`pipeline=${one}&pipeline=${other}`, 'status=completed&status=failed']) {
      expect(await list(query)).toMatchObject({ requests, rounds: 2 })
    }
    expect(await list(`pipeline=${one}`)).toMatchObject({ requests: ['BatchGetItem', 'Query'], rounds: 2 })
    // A record for each run, and at most 1 RCU for each list of entries.
    expect((await list(`pipeline=${one}&pipeline=${other}`)).units).toBeLessThanOrEqual(2 + 2)
  })

  it('a list by a part of a name or of a string costs the same as the list without it', async () => {
    const key = `k${randomUUID().slice(0, 8)}`
    const { id } = await newRun({ name: `part-${key}` })
    await log(id, { [key]: 'a long text' })
    const where = (condition: string) => list(`where=${encodeURIComponent(condition)}`)
    const requests = ['BatchGetItem', 'Query']
    expect(await list('nameContains=PART')).toMatchObject({ requests, rounds: 2 })
    expect(await list('nameContains=PART')).toEqual(await list(''))
    expect(await where(`/${key} contains "long"`)).toMatchObject({ requests, rounds: 2 })
    expect(await where(`/${key} contains "long"`)).toEqual(await where(`/${key} exists`))
  })
})
