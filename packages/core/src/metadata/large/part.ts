import { mapLimit } from '../../map-limit.ts'
import { notFound } from '../../run/find.ts'
import { requiredBytes, requiredNumber, requiredString } from '../../table/attribute.ts'
import { partKey, runKeyOf } from '../../table/keys.ts'
import type { Item, Key, Table } from '../../table/port.ts'

/** How many parts are written at once: each costs almost 400 WCU, and a partition takes 1,000 a second. */
const MAX_CONCURRENT = 4

export const partKeys = (pk: string, source: string, count: number): Key[] =>
  Array.from({ length: count }, (_, index) => partKey(pk, source, index))

/** Only one attempt at a log writes these parts: a part that exists is from the AWS client's own retry. */
export async function putParts(table: Table, pk: string, source: string, parts: readonly Uint8Array[]): Promise<void> {
  await mapLimit([...parts.entries()], MAX_CONCURRENT, async ([index, body]) => {
    await table.put({ ...partKey(pk, source, index), body }, { exists: false })
  })
}

/** Joins the parts of a log. @throws Failure `run_not_found` if the run was deleted after the log was read */
export async function readParts(table: Table, log: Item): Promise<Uint8Array> {
  const keys = partKeys(log.pk, requiredString(log, 'source'), requiredNumber(log, 'parts'))
  const items = new Map((await table.getMany(keys)).map((item) => [item.sk, item]))
  const bodies = keys.flatMap(({ sk }) => {
    const item = items.get(sk)
    return item === undefined ? [] : [requiredBytes(item, 'body')]
  })
  if (bodies.length === keys.length) return Buffer.concat(bodies)
  if ((await table.get(runKeyOf(log)))?.deletedAt !== undefined) throw notFound()
  throw new TypeError('a part of a stored log is missing')
}
