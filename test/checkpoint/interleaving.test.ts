import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody } from '../support/app.ts'
import type { Hold, StoreProxy } from '../support/proxy.ts'
import { rawTable } from './store.ts'
import { createTimed, log, MINUTE, newRun, type Timed } from './timed.ts'

const LATE = 20 * MINUTE

/** Lets the requests of a server to its store pass one at a time. */
function stepper(proxy: StoreProxy) {
  const hold: Hold = proxy.hold(() => true)
  return {
    /** Lets the next request pass, and waits until another one waits or the work is done. */
    async step(work: Promise<unknown>): Promise<boolean> {
      let isDone = false
      const done = work.then(() => {
        isDone = true
      })
      await Promise.race([hold.held(), done])
      const [request] = hold.waiting()
      if (isDone || request === undefined) return false
      const passed = proxy.exchanges.filter(({ ended }) => ended !== Number.POSITIVE_INFINITY).length
      hold.release(request)
      while (proxy.exchanges.filter(({ ended }) => ended !== Number.POSITIVE_INFINITY).length === passed) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.race([hold.held(), done])
      return true
    },
    release: () => hold.release(),
  }
}

/**
 * For each of the writer's three steps, the number of the checkpointer's steps before it: the put anywhere, the look at the
 * record there or later, and the unsealing right after one of them.
 */
function ways(steps: number): number[][] {
  const places = Array.from({ length: steps + 1 }, (_, at) => at)
  const pairs = places.flatMap((put) => places.slice(put).map((later) => [put, later] as const))
  return pairs.flatMap(([put, later]) => [
    [put, later, later],
    [put, put, later],
  ])
}

describe('a late log and a checkpoint, request by request', () => {
  const timed = createTimed()
  let writer: Timed
  let reader: Timed
  beforeAll(async () => {
    writer = await timed.start()
    reader = await writer.another()
  })
  afterAll(timed.stop)

  /** Holds a log before the store while a checkpoint is made, in one order of the requests. */
  async function play(way: readonly number[]): Promise<{ writerSteps: number; checkpointerSteps: number }> {
    const all = [writer, reader]
    for (const { proxy } of all) proxy.shiftDate(0)
    const run = await newRun(writer.app)
    await jsonOf(log(writer.app, run, '{"metadata":{"late":"not yet"}}'), 201)
    await rawTable(writer.app).copyLog(run, 64, MINUTE)
    const late = stepper(writer.proxy)
    const sent = log(writer.app, run, '{"metadata":{"late":"here"}}')
    // Its position is from now, and the store receives it twenty minutes later.
    for (const { proxy } of all) proxy.shiftDate(LATE)
    const checkpointing = stepper(reader.proxy)
    const read = reader.app.request(`/v1/runs/${run}`)
    let writerSteps = 0
    let checkpointerSteps = 0
    for (const at of way) {
      while (checkpointerSteps < at && (await checkpointing.step(read))) checkpointerSteps++
      if (await late.step(sent)) writerSteps++
    }
    while (await checkpointing.step(read)) checkpointerSteps++
    while (await late.step(sent)) writerSteps++
    late.release()
    checkpointing.release()
    await jsonOf<ReceiptBody>(sent, 201)
    await jsonOf(read)
    for (const { app } of all) {
      const { metadata } = await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))
      expect(metadata.late, way.join()).toBe('here')
    }
    return { writerSteps, checkpointerSteps }
  }

  it('loses no acknowledged log, in any order of their requests', { timeout: 600_000 }, async () => {
    const alone = await play([0])
    expect(alone.checkpointerSteps).toBeGreaterThanOrEqual(5)
    let most = 0
    for (const way of ways(alone.checkpointerSteps)) most = Math.max(most, (await play(way)).writerSteps)
    // A put, a look at the record, and the unsealing if that was sealed meanwhile.
    expect(most).toBeGreaterThanOrEqual(3)
  })
})
