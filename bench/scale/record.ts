import { DatabaseSync } from '@photostructure/sqlite'
import { createApp } from '@runmeta/api/app'
import { createSigner } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { shardsFrom } from '@runmeta/core/shards'
import { createClock } from '@runmeta/core/table/clock'
import type { Item, Key, Table } from '@runmeta/core/table/port'
import { DISTRIBUTED } from '@runmeta/core/table/timing'
import { writeAll } from '@runmeta/core/table/write-all'
import { memoryTable } from '@runmeta/local/sqlite/table'
import type { Write } from './model.ts'
import { type Place, placeOf } from './partitions.ts'

/** Records the writes of real calls: the app runs on a table that notes each item, with the keys of core. */

/** The writes of one call. The writes of a round are sent concurrently, after the previous round. */
export type Rounds = readonly (readonly Write[])[]

export interface Recorder {
  /** Makes a call. @returns its writes */
  record(method: string, path: string, body: object): Promise<Rounds>
  close(): Promise<void>
}

const KEY = 'a-root-key-for-the-bench'
const KB = 1024

/** The approximate size of an item as DynamoDB counts it: names and texts in UTF-8, half a byte for a digit of a number. */
const bytesOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => {
    if (typeof value === 'string') return sum + name.length + Buffer.byteLength(value)
    if (typeof value === 'number') return sum + name.length + Math.ceil(String(value).length / 2) + 1
    return sum + name.length + (typeof value === 'boolean' ? 1 : value.byteLength)
  }, 0)

const entryOf = ({ indexPk, indexSk }: Item): Place | undefined =>
  typeof indexPk === 'string' && typeof indexSk === 'string' ? placeOf(indexPk, indexSk) : undefined

const isSame = (one: Place | undefined, other: Place | undefined): boolean =>
  one?.hash === other?.hash && one?.sk === other?.sk

/** @param setting The value of RUNMETA_SHARDS @param now The server's clock */
export async function createRecorder(setting: string, now: () => number): Promise<Recorder> {
  const { table: real, close } = memoryTable(new DatabaseSync(':memory:'))
  const known = new Map<string, Place | undefined>()
  let rounds: Write[][] = []
  /** Whether a write of the last round has a reply. A write that begins then waited for it, so it starts a new round. */
  let isAnswered = true

  function note(item: Item): void {
    const key = `${item.pk}\n${item.sk}`
    const [before, after] = [known.get(key), entryOf(item)]
    known.set(key, after)
    const bytes = bytesOf(item)
    const units = Math.ceil(bytes / KB)
    const write: Write = {
      place: placeOf(item.pk, item.sk),
      units: 'pos' in item ? 2 * units : units,
      bytes: 'pos' in item ? 2 * bytes : bytes,
      entries: isSame(before, after) ? [] : [before, after].filter((place) => place !== undefined),
    }
    if (isAnswered) rounds.push([])
    isAnswered = false
    rounds.at(-1)?.push(write)
  }

  async function answered<T>(call: Promise<T>): Promise<T> {
    const reply = await call
    isAnswered = true
    return reply
  }

  const unexpected = (call: string, { sk }: Key) => new Error(`the model does not know ${call} of ${sk}`)
  const recording: Table = {
    ...real,
    timing: DISTRIBUTED,
    // Like the DynamoDB adapter, writes the item first, then its followers.
    async put(item, condition, followers = []) {
      note(item)
      const written = await answered(real.put(item, condition))
      if (written !== undefined) await writeAll(recording, followers)
      return written
    },
    update: (key) => Promise.reject(unexpected('a change', key)),
    remove: (key) => Promise.reject(unexpected('a removal', key)),
    withSignal: () => recording,
  }
  const clock = { ...createClock(), now, isSynced: () => true }
  const app = createApp({
    server: createServer({ table: recording, clock, shardsOf: shardsFrom(setting) }),
    rootKey: KEY,
    signer: createSigner([KEY]),
    engine: { name: 'recorded', promises: [] },
    openapi: async () => '{}',
    onError: (error) => {
      throw error
    },
  })
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
  return {
    record: async (method, path, body) => {
      rounds = []
      isAnswered = true
      const reply = await app.request(path, { method, headers, body: JSON.stringify(body) })
      if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`)
      return rounds
    },
    close,
  }
}

export const unitsOf = (rounds: Rounds): number =>
  rounds.flat().reduce((sum, { units, entries }) => sum + units + entries.length, 0)
