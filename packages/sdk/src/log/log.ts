import { targetOf } from '../context/target.ts'
import { BadRequestError } from '../error/api.ts'
import { checkFields, checkIdempotencyKey } from '../fields.ts'
import { isDisabled, randomId } from '../host.ts'
import { deadlineOf, send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { runPath } from '../run/path.ts'
import { write } from '../value/write.ts'
import { LOG_FIELDS, type TargetedLog } from './options.ts'
import { type LogReceipt, receiptOf } from './receipt.ts'
import { report } from './report.ts'

/** A log that is ready to be sent, as plain JSON. */
export interface PreparedLog {
  /** Id, name or prefix. */
  readonly run: string
  readonly exact: boolean
  readonly idempotencyKey: string
  /** Members of a JSON object, without its brackets. */
  readonly members: string
}

/** Checks a log and serializes its values, so that the caller may change them afterwards. @throws RunmetaError */
export function prepare(connection: Connection, log: TargetedLog): PreparedLog {
  checkFields('logMetadata', log, LOG_FIELDS, { advice: '; what is logged goes into metadata' })
  const { idempotencyKey = randomId(), logRelatedEntities: relatedEntities, createdAt } = log
  checkIdempotencyKey(idempotencyKey)
  const { run, step, exact } = targetOf(log, connection)
  // Refuse a log that cannot be sent now, not when it is sent later.
  runPath(run)
  const { text, types } = write(log.metadata, log.nonFinite ?? connection.nonFinite)
  const options = JSON.stringify({
    types: types.size > 0 ? Object.fromEntries(types) : undefined,
    step,
    relatedEntities,
    createdAt,
  }).slice(1, -1)
  return { run, exact, idempotencyKey, members: `"metadata":${text}${options === '' ? '' : `,${options}`}` }
}

/**
 * Sends logs that come after the latest position of the client's logs.
 *
 * @param ask sends them with that position, and throws the error if it is refused
 */
export async function inOrder<Result>(
  connection: Connection,
  ask: (position: string | undefined) => Promise<Result>,
): Promise<Result> {
  const after = connection.position
  try {
    return await ask(after)
  } catch (error) {
    if (after === undefined || !refusesAfter(error)) throw error
    // The position is from before the server's clock was set back. Send the logs without it rather than lose them.
    if (connection.position === after) connection.position = undefined
    return await ask(undefined)
  }
}

/** Whether a log was refused because its `after` is too far ahead of the server's clock. */
export const refusesAfter = (error: unknown): boolean =>
  error instanceof BadRequestError && error.message.startsWith('after: ')

/** A log with the position that it comes after. */
export const withAfter = (members: string, position: string | undefined): string =>
  position === undefined ? members : `${members},"after":${JSON.stringify(position)}`

/** Remembers the greatest position. */
export function remember(connection: Connection, { log }: LogReceipt): void {
  if (log.position > (connection.position ?? '')) connection.position = log.position
}

/** Sends a log. @throws RunmetaError */
export async function sendLog(
  connection: Connection,
  { run, exact, idempotencyKey, members }: PreparedLog,
  signal: AbortSignal | undefined,
): Promise<LogReceipt> {
  const path = `${runPath(run)}/metadata${exact ? '?exact=true' : ''}`
  const until = deadlineOf(connection)
  const receipt = await inOrder(connection, (position) => {
    const body = `{${withAfter(members, position)}}`
    return send(connection, { method: 'POST', path, body, idempotencyKey, signal, until, decode: receiptOf })
  })
  remember(connection, receipt)
  return receipt
}

/** Logs with a function, and handles its failure according to `onError`. */
export async function handled(
  connection: Connection,
  log: () => Promise<LogReceipt | undefined>,
): Promise<LogReceipt | undefined> {
  if (isDisabled()) return undefined
  try {
    return await log()
  } catch (error) {
    return await report(connection, error)
  }
}

/** See {@link Client.logMetadata}. */
export const logWith = (connection: Connection, log: TargetedLog): Promise<LogReceipt | undefined> =>
  handled(connection, async () => await sendLog(connection, prepare(connection, log), log.signal))
