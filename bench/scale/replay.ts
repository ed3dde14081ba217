import type { Recording } from './load.ts'
import type { Model, Refusal, Write } from './model.ts'
import type { Random } from './random.ts'
import type { Rounds } from './record.ts'

/** Replays a load on the model. */

export interface ReplayOptions {
  readonly model: Model
  readonly recording: Recording
  readonly random: Random
  readonly logsPerSecond: number
  readonly seconds: number
  /** The figures are of this many seconds at the end. */
  readonly measured: number
  /** New runs a second. @default 0 */
  readonly runsPerSecond?: number
}

export interface Replayed {
  /** The share of the requests that DynamoDB refused. */
  readonly throttled: number
  /** The share of the calls that failed after all attempts, with a 503. */
  readonly failed: number
  /** The percentile of the milliseconds that retries added to a call, for a share from 0 to 1. */
  addedMs(share: number): number
  /** The number of requests that were refused for each reason. */
  readonly refusals: ReadonlyMap<Refusal, number>
}

const TICK_MS = 100
/** As in `core/table/dynamo/operations.ts`: three attempts, with full jitter on 500 ms, doubled each time. */
const ATTEMPTS = 3
const BACKOFF_MS = 500
/** At most this many calls are replayed each second. In a larger load each represents several. Each run logs at least twice a second. */
const CALLS_PER_SECOND = 400
const TURNS_PER_SECOND = 2

/** A call in progress. */
interface Call {
  readonly rounds: Rounds
  readonly isMeasured: boolean
  round: number
  /** The writes of its round that are not done. */
  open: number
  hasFailed: boolean
  /** The tick of its start. Only retries take time, so its end shows what they added. */
  readonly began: number
}

interface Attempt {
  readonly call: Call
  readonly write: Write
  readonly tries: number
}

export function replay(options: ReplayOptions): Replayed {
  const { model, recording, random, logsPerSecond, seconds, measured, runsPerSecond = 0 } = options
  const turns = logsPerSecond > 0 ? TURNS_PER_SECOND * recording.logs.length : 0
  const most = Math.max(CALLS_PER_SECOND, turns)
  const weight = Math.max(1, Math.ceil((logsPerSecond + runsPerSecond) / most))
  const ticks = (seconds * 1000) / TICK_MS
  const from = ((seconds - measured) * 1000) / TICK_MS
  const due: Attempt[][] = []
  const refusals = new Map<Refusal, number>()
  const added: number[] = []
  let [requests, throttled, failed, calls] = [0, 0, 0, 0]
  let [made, logged] = [0, 0]

  const at = (tick: number): Attempt[] => {
    due[tick] ??= []
    return due[tick]
  }

  function begin(call: Call, tick: number): void {
    const writes = call.rounds[call.round] ?? []
    call.open = writes.length
    for (const write of writes) at(tick).push({ call, write, tries: 1 })
  }

  function settle(call: Call, tick: number): void {
    call.open -= 1
    if (call.open > 0) return
    call.round += 1
    if (!call.hasFailed && call.round < call.rounds.length) begin(call, tick)
    else if (call.isMeasured && call.hasFailed) failed++
    else if (call.isMeasured) added.push((tick - call.began) * TICK_MS)
  }

  function attempt({ call, write, tries }: Attempt, tick: number): void {
    const refusal = model.write(write, weight)
    if (call.isMeasured) requests++
    if (refusal === undefined) {
      settle(call, tick)
      return
    }
    if (call.isMeasured) {
      throttled++
      refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1)
    }
    if (tries === ATTEMPTS) {
      call.hasFailed = true
      settle(call, tick)
      return
    }
    const delay = Math.floor((random.next() * BACKOFF_MS * 2 ** (tries - 1)) / TICK_MS)
    at(tick + Math.max(1, delay)).push({ call, write, tries: tries + 1 })
  }

  function arrive(rounds: Rounds | undefined, tick: number): void {
    if (rounds === undefined) return
    const isMeasured = tick >= from
    if (isMeasured) calls++
    begin({ rounds, isMeasured, round: 0, open: 0, hasFailed: false, began: tick }, tick)
  }

  /** The arrivals in a tick: the whole part of the mean, and one more with the probability of the rest. */
  const arrivals = (perSecond: number): number => {
    const mean = (perSecond * TICK_MS) / 1000 / weight
    return Math.floor(mean) + (random.next() < mean % 1 ? 1 : 0)
  }

  for (let tick = 0; tick < ticks; tick++) {
    model.pass(TICK_MS / 1000)
    for (let n = arrivals(logsPerSecond); n > 0; n--) {
      // Runs log in turn, as training loops do.
      const logs = recording.logs[logged % recording.logs.length] ?? []
      arrive(logs[Math.floor(logged / recording.logs.length) % logs.length], tick)
      logged++
    }
    for (let n = arrivals(runsPerSecond); n > 0; n--)
      arrive(recording.creations[made++ % recording.creations.length], tick)
    // The next round of a call may be added to the same list.
    const now = at(tick)
    for (let n = 0; n < now.length; n++) {
      const next = now[n]
      if (next !== undefined) attempt(next, tick)
    }
    delete due[tick]
  }
  added.sort((one, other) => one - other)
  return {
    throttled: requests === 0 ? 0 : throttled / requests,
    failed: calls === 0 ? 0 : failed / calls,
    addedMs: (share) => added[Math.min(added.length - 1, Math.floor(added.length * share))] ?? 0,
    refusals,
  }
}
