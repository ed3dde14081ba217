import { createHash } from 'node:crypto'
import type { Key } from './port.ts'

/** Builds and parses every key of the table. docs/table.md explains each. */

/** Sorts below every character of a name, so that a name comes before all names that it is a prefix of. */
const SEPARATOR = '\t'
/** DynamoDB's limit for the range key of an index. */
export const MAX_INDEX_SK_BYTES = 1024
/** The bytes of a name in an index key. The rest of {@link MAX_INDEX_SK_BYTES} is for the id that follows. */
const MAX_NAME_BYTES = 900

/** Sorts above every position, so the record comes first when a partition is read newest first. */
export const RUN_POSITION = '~'

/** A key that has no item. Reading it is the cheapest request that needs a working store. */
export const HEALTH_KEY: Key = { pk: 'health', sk: 'health' }

/** The sort key of a run's record. */
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

/** The key of a part of a large log. `source` is the attempt that wrote it. */
export const partKey = (pk: string, source: string, index: number): Key => ({
  pk,
  sk: `PART#${source}#${String(index).padStart(3, '0')}`,
})

/** The key of the draft that an attempt at a large log writes first. */
export const draftKey = (pk: string, attempt: string): Key => ({ pk, sk: `DRAFT#${attempt}` })
export const attemptOf = ({ sk }: Key): string => sk.slice('DRAFT#'.length)

/** The sort keys of all checkpoints of a run begin with it. */
export const CHECKPOINT_SK_PREFIX = 'CHK#'
/** The id of the checkpoint that a part belongs to. */
export const checkpointIdOf = ({ sk }: Key): string =>
  sk.slice(CHECKPOINT_SK_PREFIX.length, sk.indexOf('#', CHECKPOINT_SK_PREFIX.length))
/** The sort keys of one checkpoint begin with it. */
export const checkpointSkPrefix = (id: string): string => `${CHECKPOINT_SK_PREFIX}${id}#`
/** The key of a part of a segment of a checkpoint. */
export const checkpointKey = (pk: string, id: string, segment: number, part: number): Key => ({
  pk,
  sk: `${checkpointSkPrefix(id)}${[segment, part].map((n) => String(n).padStart(4, '0')).join('#')}`,
})

export const nameKey = (project: string, name: string): Key => ({ pk: `${project}/name/${name}`, sk: 'NAME' })
export const nameOf = (project: string, { pk }: Key): string => pk.slice(`${project}/name/`.length)

export const idIndexPk = (project: string): string => `${project}/#id`
export const nameIndexPk = (project: string): string => `${project}/#name`

/** Lists deleted runs of all projects that may still have items, ordered by the time of their deletion. */
export const SWEEP_INDEX_PK = '#sweep'
export const sweepIndexSk = (deletedAt: string, id: string, creationId: string): string =>
  [deletedAt, id, creationId].join(SEPARATOR)

/** Lists runs of all projects that expire, ordered by the time of their expiry. */
export const EXPIRY_INDEX_PK = '#expire'
export const expiryKey = (pk: string, expiresAt: string): Key => ({ pk, sk: `EXPIRY#${expiresAt}` })
export const expiryIndexSk = (expiresAt: string, pk: string): string => expiresAt + SEPARATOR + pk
/** The time in an expiry key, in ms since 1970. */
export const timeOfExpiry = ({ sk }: Key): number => Date.parse(sk.slice('EXPIRY#'.length))

/** The key of an API key. It has no project, which is unknown until the API key is read. No run has an id of this form. */
export const apiKeyKey = (id: string): Key => ({ pk: `key/${id}`, sk: 'KEY' })
export const keyIdOf = ({ pk }: Key): string => pk.slice('key/'.length)

/** Lists the API keys of all projects, ordered by project. */
export const KEY_INDEX_PK = '#key'
export const keyIndexSkPrefix = (project: string): string => project + SEPARATOR
export const keyIndexSk = (project: string, id: string): string => keyIndexSkPrefix(project) + id

/** Lists drafts of all projects, ordered by the time when they are due for the sweep. */
export const DRAFT_INDEX_PK = '#draft'
export const draftIndexSk = (dueAt: string, attempt: string): string => dueAt + SEPARATOR + attempt

export const digitsOf = (id: string): string => id.replaceAll('-', '')
export const nameIndexSk = (name: string, id: string): string => cutName(name) + SEPARATOR + id
/** The index keys of all names with this prefix begin with it. */
export const nameIndexSkPrefix = (prefix: string): string => cutName(prefix)
export const idOfNameIndexSk = (indexSk: string): string => indexSk.slice(indexSk.lastIndexOf(SEPARATOR) + 1)
export const projectOfRunKey = ({ pk }: Key): string => pk.slice(0, pk.indexOf('/'))
export const idOfRunKey = (project: string, { pk }: Key): string => pk.slice(project.length + 1)

const HASH_DIGITS = 32
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS)

/** The fields of a run that can be searched besides its metadata. Pointers begin with a slash, so no pointer has these names. */
export const RUN_FACTS = ['createdAt', 'pipeline', 'status'] as const
export type RunFact = (typeof RUN_FACTS)[number]

/** The key of the row of a fact. */
export const factKey = (pk: string, fact: RunFact): Key => ({ pk, sk: `FACT#${fact}` })
/** The key of the row of a metadata key. The row has the searchable scalars of the key's latest log. */
export const rowKey = (pk: string, key: string): Key => ({ pk, sk: `ROW#${hashOf(key)}` })
/** The key of the row for a further scalar of a metadata key: an item has only one entry in `lookup`. */
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
  [text, createdAt, digitsOf(id) + (isApart ? '+' : '')].join(SEPARATOR)
/** A lower bound for entries with this value of runs created at this time or later. */
export const valueIndexSkFrom = (text: string, createdAt = ''): string => [text, createdAt].join(SEPARATOR)
/** An upper bound for entries with this value of runs created at this time or before. */
export const valueIndexSkTo = (text: string, createdAt = ''): string => `${valueIndexSkFrom(text, createdAt)}~`

/** The shard of a run, from 0. Ids are random enough to spread runs evenly. */
export const shardOf = (id: string, shards: number): number => Number.parseInt(digitsOf(id).slice(-8), 16) % shards

/** Cuts a name to {@link MAX_NAME_BYTES}, at the end of a character. */
function cutName(name: string): string {
  // A UTF-16 unit takes three bytes at most, so most names need no counting.
  if (name.length * 3 <= MAX_NAME_BYTES) return name
  const encoder = new TextEncoder()
  const { read } = encoder.encodeInto(name, new Uint8Array(MAX_NAME_BYTES))
  return name.slice(0, read)
}
