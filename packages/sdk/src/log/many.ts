import type { CallOptions } from '../call.ts'
import { ApiError, badRequest, UnauthorizedError } from '../error/api.ts'
import { RunmetaError } from '../error/error.ts'
import { isDisabled } from '../host.ts'
import { problemOf } from '../http/problem.ts'
import { problemError, type Reply } from '../http/reply.ts'
import { send } from '../http/send.ts'
import { type Connection, onErrorOf } from '../options.ts'
import { allIn } from '../value/json.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'
import { inOrder, type PreparedLog, prepare, refusesAfter, remember, sendLog, withAfter } from './log.ts'
import type { TargetedLog } from './options.ts'
import { type LogReceipt, receiptOf } from './receipt.ts'
import { report } from './report.ts'

/** The result of one of many logs: its receipt, or its error. */
export type LogResult = LogReceipt | RunmetaError

/** Logs in one request. */
const MAX_LOGS = 100
/** The most UTF-8 bytes of logs in one request: less than the API's limit, to leave room for the JSON around them. */
const MAX_BYTES = 4 * 2 ** 20 - 4096
/** The same of the request as a JSON string, in which a quote has two bytes. */
const MAX_STRING_BYTES = 5.5 * 2 ** 20 - 4096
/** More than the brackets of a log, a comma and a position have. */
const LOG_BYTES = 64

/** A log as it is sent, and its result. */
interface Sendable extends PreparedLog {
  readonly text: string
  readonly bytes: number
  readonly stringBytes: number
  result?: LogResult | undefined
}

/** One of many logs. */
type Entry = Sendable | { readonly result: RunmetaError }

/** See {@link Client.logMany}. */
export async function logMany(
  connection: Connection,
  logs: readonly TargetedLog[],
  { signal }: CallOptions,
): Promise<readonly LogResult[]> {
  if (!Array.isArray(logs)) throw badRequest('logMany: takes an array of logs')
  if (isDisabled()) return []
  const isThrown = onErrorOf(connection) === 'throw'
  const entries = logs.map((log) => entryOf(connection, log))
  for (const part of parts(entries.filter((entry) => 'text' in entry))) {
    const replies = await sendPart(connection, part, signal).catch((error) => {
      if (isThrown || !(error instanceof RunmetaError)) throw error
      return part.map(() => error)
    })
    for (const [at, entry] of part.entries()) entry.result = replies[at]
  }
  const results = entries.flatMap(({ result }) => result ?? [])
  // With 'throw' too, a refused log is only a result, as the others were stored.
  if (!isThrown) for (const result of results) if (result instanceof RunmetaError) await report(connection, result)
  return results
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length + LOG_BYTES

function entryOf(connection: Connection, log: TargetedLog): Entry {
  try {
    const prepared = prepare(connection, log)
    const { run, exact, idempotencyKey, members } = prepared
    const options = JSON.stringify({ run, exact: exact || undefined, idempotencyKey }).slice(1, -1)
    const text = `${options},${members}`
    return { ...prepared, text, bytes: bytesOf(text), stringBytes: bytesOf(JSON.stringify(text)) }
  } catch (error) {
    if (!(error instanceof RunmetaError)) throw error
    return { result: error }
  }
}

const fits = (bytes: number, stringBytes: number): boolean => bytes <= MAX_BYTES && stringBytes <= MAX_STRING_BYTES

/** Splits the logs into as few requests as possible, in order. A log that does not fit is a part of its own. */
function* parts(logs: readonly Sendable[]): Generator<readonly Sendable[]> {
  let part: Sendable[] = []
  let bytes = 0
  let stringBytes = 0
  for (const log of logs) {
    bytes += log.bytes
    stringBytes += log.stringBytes
    if (part.length === MAX_LOGS || (part.length > 0 && !fits(bytes, stringBytes))) {
      yield part
      part = []
      bytes = log.bytes
      stringBytes = log.stringBytes
    }
    part.push(log)
  }
  if (part.length > 0) yield part
}

/** Sends a log in a request of its own, in which it has a little more room. */
const sendAlone = (connection: Connection, log: Sendable, signal: AbortSignal | undefined): Promise<LogResult> =>
  sendLog(connection, log, signal).catch((error) => {
    if (error instanceof ApiError && !error.retryable && !(error instanceof UnauthorizedError)) return error
    throw error
  })

async function sendPart(
  connection: Connection,
  part: readonly Sendable[],
  signal: AbortSignal | undefined,
): Promise<readonly LogResult[]> {
  const [log] = part
  if (log !== undefined && !fits(log.bytes, log.stringBytes)) return [await sendAlone(connection, log, signal)]
  const results = await inOrder(connection, async (position) => {
    const logs = part.map(({ text }) => `{${withAfter(text, position)}}`)
    const body = `{"logs":[${logs.join(',')}]}`
    const decode = decodeResults(part.length)
    const replies = await send(connection, { method: 'POST', path: '/v1/metadata', body, signal, decode })
    // Each log has an idempotency key, so one that was stored counts once if all are sent again.
    const ahead = replies.find(refusesAfter)
    if (ahead !== undefined && position !== undefined) throw ahead
    return replies
  })
  for (const result of results) if (!(result instanceof RunmetaError)) remember(connection, result)
  return results
}

const decodeResults =
  (count: number) =>
  (body: ValueObject, reply: Reply): readonly LogResult[] | undefined => {
    const results = allIn(body.results, (result) => resultOf(result, reply))
    return results?.length === count ? results : undefined
  }

function resultOf(result: Value, { name, attempts, requestId }: Reply): LogResult | undefined {
  if (!isValueObject(result)) return undefined
  const problem = problemOf(result)
  if (problem === undefined) return receiptOf(result)
  const status = typeof result.status === 'number' ? result.status : undefined
  return problemError(problem, { name, attempts, status, requestId })
}
