import type { Key } from './store.ts'

/** Every key of the table is built here, and read back here. docs/table.md explains each. */

/** Sorts below every character that a name may have, so that a name comes before the longer ones it begins. */
const SEPARATOR = '\t'
/** A range key of an index holds 1,024 bytes; a name's place ends in an id. */
const PLACE_NAME_BYTES = 900

/** The greatest position: the run's record comes first where a partition is read newest first. */
export const RUN_POSITION = '~'

/** A key that holds nothing: asking for it is the cheapest thing that needs a working store. */
export const HEALTH_KEY: Key = { pk: 'health', sk: 'health' }

export const runKey = (project: string, id: string): Key => ({ pk: `${project}/${id}`, sk: 'RUN' })
export const runPartition = (project: string, id: string): string => runKey(project, id).pk
/** The record of the run that an item hangs on. */
export const runKeyOf = ({ pk }: Key): Key => ({ pk, sk: 'RUN' })
export const logKey = (project: string, runId: string, logId: string): Key => ({
  pk: runPartition(project, runId),
  sk: `LOG#${logId}`,
})
export const logIdOf = ({ sk }: Key): string => sk.slice('LOG#'.length)
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
/** Sort keys of one checkpoint. */
export const checkpointPrefix = (id: string): string => `${CHECKPOINTS}${id}#`
/** A piece of a chunk of a checkpoint. */
export const checkpointKey = (pk: string, id: string, chunk: number, piece: number): Key => ({
  pk,
  sk: `${checkpointPrefix(id)}${[chunk, piece].map((n) => String(n).padStart(4, '0')).join('#')}`,
})

export const nameKey = (project: string, name: string): Key => ({ pk: `${project}/name/${name}`, sk: 'NAME' })
export const nameOf = (project: string, { pk }: Key): string => pk.slice(`${project}/name/`.length)

export const idGroup = (project: string): string => `${project}/#id`
export const nameGroup = (project: string): string => `${project}/#name`

/** Deleted runs whose items may not all be gone, by when they were deleted. Of all projects: it is the server's own list. */
export const SWEEP_GROUP = '#sweep'
export const sweepPlace = (deletedAt: string, id: string, maker: string): string =>
  [deletedAt, id, maker].join(SEPARATOR)

/** An API key, whatever its project: it is looked up before that is known. No run has such an id, so none is at its key. */
export const keyKey = (id: string): Key => ({ pk: `key/${id}`, sk: 'KEY' })
export const keyIdOf = ({ pk }: Key): string => pk.slice('key/'.length)

/** The keys of all projects, project by project. */
export const KEY_GROUP = '#key'
export const keyPlacePrefix = (project: string): string => project + SEPARATOR
export const keyPlace = (project: string, id: string): string => keyPlacePrefix(project) + id

/** Drafts, by when they are to be looked at. Of all projects, too. */
export const DRAFT_GROUP = '#draft'
export const draftPlace = (dueAt: string, attempt: string): string => dueAt + SEPARATOR + attempt

export const idPlace = (id: string): string => id.replaceAll('-', '')
export const namePlace = (name: string, id: string): string => cut(name) + SEPARATOR + id
/** The prefix that all places of names with this prefix share. */
export const namePlacePrefix = (prefix: string): string => cut(prefix)
export const idOfNamePlace = (place: string): string => place.slice(place.lastIndexOf(SEPARATOR) + 1)
export const projectOfRunKey = ({ pk }: Key): string => pk.slice(0, pk.indexOf('/'))
export const idOfRunKey = (project: string, { pk }: Key): string => pk.slice(project.length + 1)

/** The first whole characters of a name that fit its place. */
function cut(name: string): string {
  // Three bytes hold any UTF-16 unit, so most names need no counting.
  if (name.length * 3 <= PLACE_NAME_BYTES) return name
  const encoder = new TextEncoder()
  const { read } = encoder.encodeInto(name, new Uint8Array(PLACE_NAME_BYTES))
  return name.slice(0, read)
}
