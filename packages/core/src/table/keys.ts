import { createHash } from 'node:crypto'
import type { Key } from './port.ts'

/** Every key of the table is built here, and read back here. docs/table.md explains each. */

/** Sorts below every character that a name may have, so that a name comes before the longer ones it begins. */
const SEPARATOR = '\t'
/** What a range key of an index holds. */
export const MAX_INDEX_SK_BYTES = 1024
/** Of {@link MAX_INDEX_SK_BYTES}; a name's place ends in an id. */
const MAX_NAME_BYTES = 900

/** The greatest position: the run's record comes first where a partition is read newest first. */
export const RUN_POSITION = '~'

/** A key that holds nothing: asking for it is the cheapest thing that needs a working store. */
export const HEALTH_KEY: Key = { pk: 'health', sk: 'health' }

/** The sort key of a run's record. */
export const RECORD = 'RUN'
export const runKey = (project: string, id: string): Key => ({ pk: `${project}/${id}`, sk: RECORD })
export const runPartition = (project: string, id: string): string => runKey(project, id).pk
/** The key of the record of the run that an item belongs to. */
export const runKeyOf = ({ pk }: Key): Key => ({ pk, sk: 'RUN' })
export const logKey = (project: string, runId: string, logId: string): Key => ({
  pk: runPartition(project, runId),
  sk: `LOG#${logId}`,
})
export const logIdOf = ({ sk }: Key): string => sk.slice('LOG#'.length)
export const isLeaf = ({ sk }: Key): boolean => sk.startsWith('LEAF#')
export const isRecord = ({ sk }: Key): boolean => sk === RECORD
export const isLog = ({ sk }: Key): boolean => sk.startsWith('LOG#')

/** A part of a large log, by the attempt that wrote it. */
export const partKey = (pk: string, source: string, index: number): Key => ({
  pk,
  sk: `PART#${source}#${String(index).padStart(3, '0')}`,
})

/** What an attempt at a large log leaves word in that it has begun. */
export const draftKey = (pk: string, attempt: string): Key => ({ pk, sk: `DRAFT#${attempt}` })
export const attemptOf = ({ sk }: Key): string => sk.slice('DRAFT#'.length)

/** Sort keys of all checkpoints of a run. */
export const CHECKPOINTS = 'CHK#'
/** The checkpoint that an item is a piece of. */
export const checkpointIdOf = ({ sk }: Key): string => sk.slice(CHECKPOINTS.length, sk.indexOf('#', CHECKPOINTS.length))
/** Sort keys of one checkpoint. */
export const checkpointPrefix = (id: string): string => `${CHECKPOINTS}${id}#`
/** A piece of a chunk of a checkpoint. */
export const checkpointKey = (pk: string, id: string, segment: number, part: number): Key => ({
  pk,
  sk: `${checkpointPrefix(id)}${[segment, part].map((n) => String(n).padStart(4, '0')).join('#')}`,
})

export const nameKey = (project: string, name: string): Key => ({ pk: `${project}/name/${name}`, sk: 'NAME' })
export const nameOf = (project: string, { pk }: Key): string => pk.slice(`${project}/name/`.length)

export const idIndexPk = (project: string): string => `${project}/#id`
export const nameIndexPk = (project: string): string => `${project}/#name`

/** Deleted runs whose items may not all be gone, by when they were deleted. Of all projects: it is the server's own list. */
export const SWEEP_INDEX_PK = '#sweep'
export const sweepIndexSk = (deletedAt: string, id: string, creationId: string): string =>
  [deletedAt, id, creationId].join(SEPARATOR)

/** Runs that expire, by when they do. Of all projects: it is the server's own list. */
export const EXPIRY_INDEX_PK = '#expire'
export const expiryKey = (pk: string, expiresAt: string): Key => ({ pk, sk: `EXPIRY#${expiresAt}` })
export const expiryIndexSk = (expiresAt: string, pk: string): string => expiresAt + SEPARATOR + pk
/** When a listed run expires, in ms since 1970. */
export const timeOfExpiry = ({ sk }: Key): number => Date.parse(sk.slice('EXPIRY#'.length))

/** An API key, whatever its project: it is looked up before that is known. No run has such an id, so none is at its key. */
export const apiKeyKey = (id: string): Key => ({ pk: `key/${id}`, sk: 'KEY' })
export const keyIdOf = ({ pk }: Key): string => pk.slice('key/'.length)

/** The keys of all projects, project by project. */
export const KEY_INDEX_PK = '#key'
export const keyIndexSkPrefix = (project: string): string => project + SEPARATOR
export const keyIndexSk = (project: string, id: string): string => keyIndexSkPrefix(project) + id

/** Drafts, by when they are to be looked at. Of all projects, too. */
export const DRAFT_INDEX_PK = '#draft'
export const draftIndexSk = (dueAt: string, attempt: string): string => dueAt + SEPARATOR + attempt

export const digitsOf = (id: string): string => id.replaceAll('-', '')
export const nameIndexSk = (name: string, id: string): string => cut(name) + SEPARATOR + id
/** The prefix that all places of names with this prefix share. */
export const nameIndexSkPrefix = (prefix: string): string => cut(prefix)
export const idOfNameIndexSk = (place: string): string => place.slice(place.lastIndexOf(SEPARATOR) + 1)
export const projectOfRunKey = ({ pk }: Key): string => pk.slice(0, pk.indexOf('/'))
export const idOfRunKey = (project: string, { pk }: Key): string => pk.slice(project.length + 1)

const HASH_DIGITS = 32
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS)

/** What a search can ask of every run besides its metadata. No pointer begins without a slash. */
export const RUN_FACTS = ['createdAt', 'pipeline', 'status'] as const
export type RunFact = (typeof RUN_FACTS)[number]

/** The row of a fact of a run. */
export const factKey = (pk: string, fact: RunFact): Key => ({ pk, sk: `FACT#${fact}` })
/** The row of a metadata key: what its latest log says of it. */
export const rowKey = (pk: string, key: string): Key => ({ pk, sk: `ROW#${hashOf(key)}` })
/** The row that gives a further scalar of a key its entry in `lookup`: an item has one only. */
export const leafKey = (pk: string, pointer: string): Key => ({ pk, sk: `LEAF#${hashOf(pointer)}` })

/** The entries of a pointer, or of a fact: one group for each shard. */
export const valueIndexPk = (project: string, pointer: string, shard: number): string =>
  shard === 0 ? `${project}/${pointer}` : `${project}/#${shard}/${pointer}`

/**
 * What is of one value is in the order of creation, and each run is at a place of its own. A row that stands apart from its
 * key's has another place than that would have: two entries at one place are one to an engine.
 */
export const valueIndexSk = (text: string, createdAt: string, id: string, isApart = false): string =>
  [text, createdAt, digitsOf(id) + (isApart ? '+' : '')].join(SEPARATOR)
/** The place below all that have this value, and were created at this time or later. */
export const valueIndexSkFrom = (text: string, createdAt = ''): string => [text, createdAt].join(SEPARATOR)
/** The place above all that have this value, and were created at this time or before. */
export const valueIndexSkTo = (text: string, createdAt = ''): string => `${valueIndexSkFrom(text, createdAt)}~`

/** A number that spreads runs over shards evenly. */
export const shardOf = (id: string, shards: number): number => Number.parseInt(digitsOf(id).slice(-8), 16) % shards

/** The first whole characters of a name that fit its place. */
function cut(name: string): string {
  // Three bytes hold any UTF-16 unit, so most names need no counting.
  if (name.length * 3 <= MAX_NAME_BYTES) return name
  const encoder = new TextEncoder()
  const { read } = encoder.encodeInto(name, new Uint8Array(MAX_NAME_BYTES))
  return name.slice(0, read)
}
