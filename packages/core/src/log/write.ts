import type { LogReceipt } from '@runmeta/schema/reply'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { find } from '../reference/find.ts'
import { exists } from '../run/exists.ts'
import type { KnownRun } from '../run/known.ts'
import { present } from '../store/attribute.ts'
import type { Item } from '../store/store.ts'
import type { Entry } from '../value/body.ts'
import { type LogHead, toLogItem } from './item.ts'
import { keyFor, putOnce } from './once.ts'
import { checkAfter } from './position.ts'

export interface NewLog {
  readonly entries: readonly Entry[]
  /** A step's name; without one the log goes to the run. */
  readonly step?: string
  /** Whether a step's log goes to the run as well. */
  readonly isRelated: boolean
  /** The position of an earlier log that this one is to be later than. */
  readonly after?: string
  readonly idempotencyKey?: string
  readonly digest: Uint8Array
}

/** Bytes. An item holds 400 KB with its names and all; the rest of a log's attributes fit what is left. */
const ITEM_BODY = 395_000

const receipt = ({ id, name }: KnownRun, { id: logId, createdAt, position, step }: LogHead): LogReceipt => ({
  run: { id, name },
  log: { id: logId, createdAt: new Date(createdAt).toISOString(), position, ...present({ step }) },
})

function checkSize(item: Item): void {
  const { body } = item
  const bytes = body instanceof Uint8Array ? body.length : 0
  if (bytes <= ITEM_BODY) return
  const detail = `metadata: is ${bytes} bytes once compressed, and ${ITEM_BODY} is the limit for one log; send it in several logs`
  throw new Failure('payload_too_large', detail)
}

/**
 * Attaches metadata to a run: one item, so all of it or nothing. Sent again under the same idempotency key it finds the
 * first sending's item and gives the same receipt.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request`, `payload_too_large`, `idempotency_key_reused`
 */
export async function write(context: Context, reference: string, log: NewLog): Promise<LogReceipt> {
  const { clock, positions, author } = context
  const run = await find(context, reference, (id) => exists(context, id))
  const now = clock.now()
  if (log.after !== undefined) checkAfter(log.after, now)
  const key = keyFor(context, run.id, log.idempotencyKey)
  const position = positions(now, log.after)
  const item = await toLogItem(key, { ...log, position, createdAt: Math.floor(now), author })
  checkSize(item)
  return receipt(run, await putOnce(context, item))
}
