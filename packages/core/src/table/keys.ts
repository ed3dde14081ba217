import { createHash } from 'node:crypto'
import { cutText, END } from '../json/order.ts'
import type { Key } from './port.ts'

/** Every key of the table: docs/table.md explains each. */

/** DynamoDB's limit for the range key of an index. */
export const MAX_INDEX_SK_BYTES = 1024

/** Sorts above every position, so the record comes first when a partition is read newest first. */
export const RUN_POSITION = '~'

/** A key that has no item. Reading it is the cheapest request that needs a working store. */
export const HEALTH_KEY: Key = { pk: 'health', sk: 'health' }

export const RUN_SK = 'RUN'
export const runKey = (project: string, id: string): Key => ({ pk: `${project}/${id}`, sk: RUN_SK })
export const runPartition = (project: string, id: string): string => runKey(project, id).pk
/** The key of the record of the run that an item belongs to. */
export const runKeyOf = ({ pk }: Key): Key => ({ pk, sk: RUN_SK })
export const logKey = (project: string, runId: string, logId: string): Key => ({
  pk: runPartition(project, runId),
  sk: `LOG#${logId}`,
})
export const logIdOf = ({ sk }: Key): string => sk.slice('LOG#'.length)
export const isLeaf = ({ sk }: Key): boolean => sk.startsWith('LEAF#')
export const isRecord = ({ sk }: Key): boolean => sk === RUN_SK
export const isLog = ({ sk }: Key): boolean => sk.startsWith('LOG#')

/** A part of a large log. `source` is the attempt that wrote it. */
export const partKey = (pk: string, source: string, index: number): Key => ({
  pk,
  sk: `PART#${source}#${String(index).padStart(3, '0')}`,
})

/** An attempt at a large log writes its draft first. */
export const draftKey = (pk: string, attempt: string): Key => ({ pk, sk: `DRAFT#${attempt}` })
export const attemptOf = ({ sk }: Key): string => sk.slice('DRAFT#'.length)

export const CHECKPOINT_SK_PREFIX = 'CHK#'
export const checkpointIdOf = ({ sk }: Key): string =>
  sk.slice(CHECKPOINT_SK_PREFIX.length, sk.indexOf('#', CHECKPOINT_SK_PREFIX.length))
export const checkpointKey = (pk: string, id: string, segment: number, part: number): Key => ({
  pk,
  sk: CHECKPOINT_SK_PREFIX + [id, ...[segment, part].map((n) => String(n).padStart(4, '0'))].join('#'),
})

export const nameKey = (project: string, name: string): Key => ({ pk: `${project}/name/${name}`, sk: 'NAME' })
export const nameOf = (project: string, { pk }: Key): string => pk.slice(`${project}/name/`.length)

export const idIndexPk = (project: string): string => `${project}/#id`
export const nameIndexPk = (project: string): string => `${project}/#name`

/** Lists deleted runs of all projects that may still have items, ordered by the time of their deletion. */
export const SWEEP_INDEX_PK = '#sweep'
export const sweepIndexSk = (deletedAt: string, id: string, deletionId: string): string =>
  [deletedAt, id, deletionId].join(END)

/** Lists runs of all projects that expire, ordered by the time of their expiry. */
export const EXPIRY_INDEX_PK = '#expire'
export const expiryKey = (pk: string, expiresAt: string): Key => ({ pk, sk: `EXPIRY#${expiresAt}` })
export const expiryIndexSk = (expiresAt: string, pk: string): string => expiresAt + END + pk
/** In ms since 1970. */
export const timeOfExpiry = ({ sk }: Key): number => Date.parse(sk.slice('EXPIRY#'.length))

/** It has no project, which is unknown until the API key is read. No run has an id of this form. */
export const apiKeyKey = (id: string): Key => ({ pk: `key/${id}`, sk: 'KEY' })
export const keyIdOf = ({ pk }: Key): string => pk.slice('key/'.length)

/** Lists the API keys of all projects, ordered by project. */
export const KEY_INDEX_PK = '#key'
export const keyIndexSkPrefix = (project: string): string => project + END
export const keyIndexSk = (project: string, id: string): string => keyIndexSkPrefix(project) + id

/** Lists drafts of all projects, ordered by the time when they are due for the sweep. */
export const DRAFT_INDEX_PK = '#draft'
export const draftIndexSk = (dueAt: string, attempt: string): string => dueAt + END + attempt

export const digitsOf = (id: string): string => id.replaceAll('-', '')
export const nameIndexSk = (name: string, id: string): string => cutText(name) + END + id
/** The index keys of all names with this prefix begin with it. */
export const nameIndexSkPrefix = (prefix: string): string => cutText(prefix)
export const idOfNameIndexSk = (indexSk: string): string => indexSk.slice(indexSk.lastIndexOf(END) + 1)
export const projectOfRunKey = ({ pk }: Key): string => pk.slice(0, pk.indexOf('/'))
export const idOfRunKey = (project: string, { pk }: Key): string => pk.slice(project.length + 1)

const HASH_DIGITS = 32
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS)

/** The fields of a run that can be searched besides its metadata. Pointers begin with a slash, so no pointer has these names. */
export const RUN_FACTS = ['createdAt', 'pipeline', 'status'] as const
export type RunFact = (typeof RUN_FACTS)[number]

export const factKey = (pk: string, fact: RunFact): Key => ({ pk, sk: `FACT#${fact}` })
/** The row of a metadata key has the searchable scalars of the key's latest log. */
export const rowKey = (pk: string, key: string): Key => ({ pk, sk: `ROW#${hashOf(key)}` })
/** The row of a further scalar of a metadata key: an item has only one entry in `lookup`. */
export const leafKey = (pk: string, pointer: string): Key => ({ pk, sk: `LEAF#${hashOf(pointer)}` })

/** The index partition with one shard of the entries of a pointer or of a fact. */
export const valueIndexPk = (project: string, pointer: string, shard: number): string =>
  shard === 0 ? `${project}/${pointer}` : `${project}/#${shard}/${pointer}`

/**
 * The index key of a value: entries with the same value are in the order of the runs' creation. `isApart` is for an entry on
 * a row of its own rather than on the row of its metadata key. It makes the two index keys differ, because engines treat
 * entries with one index key as one.
 */
export const valueIndexSk = (text: string, createdAt: string, id: string, isApart = false): string =>
  [text, createdAt, digitsOf(id) + (isApart ? '+' : '')].join(END)
/** The lower bound for entries with this value whose runs were created at this time or later. */
export const valueIndexSkFrom = (text: string, createdAt = ''): string => [text, createdAt].join(END)
/** The upper bound for entries with this value whose runs were created at this time or earlier. */
export const valueIndexSkTo = (text: string, createdAt = ''): string => `${valueIndexSkFrom(text, createdAt)}~`

/** The shard of a run, from 0. Ids are random enough to spread runs evenly. */
export const shardOf = (id: string, shards: number): number => Number.parseInt(digitsOf(id).slice(-8), 16) % shards
