import type { TypedPointer } from '../../json/check-types.ts'
import { requiredBytes } from '../../table/attribute.ts'
import { checkpointKey } from '../../table/keys.ts'
import type { Item, Table } from '../../table/port.ts'
import { inOrder, type State, scopeOf, setIfNewer } from '../fold.ts'
import { cutParts, deflate, inflate } from '../pack.ts'

/**
 * The items of a checkpoint. A checkpoint has segments, and each segment has one or more parts, which are the items. Segment 0
 * begins with an index of all keys: the position of each key's log and where its value is. Small values follow the index in
 * segment 0. Otherwise they are in further segments, so that a page of a large run reads only the segments it needs.
 */

/** Thrown if a part of a checkpoint was removed, because a newer checkpoint replaced it after the record was read. */
export class CheckpointGone extends Error {
  override readonly name = 'CheckpointGone'
}

/** A key in the index: its scope (`null` is the run), its log, and where its value is unless the key is unset. */
type IndexedValue = readonly [
  step: string | null,
  key: string,
  position: string,
  index: number,
  segment?: number,
  length?: number,
  types?: readonly TypedPointer[],
]

interface Index {
  /** The number of parts of each segment, from segment 1. */
  readonly parts: readonly number[]
  readonly rows: readonly IndexedValue[]
}

type Reader = Pick<Table, 'getMany'>

/** Up to this many UTF-16 units, the values are stored in segment 0. */
const MAX_INLINE_UNITS = 1024 * 1024
/** UTF-16 units of a segment's values. A larger value has its own segment. */
const MAX_SEGMENT_UNITS = 512 * 1024

export interface Segments {
  readonly items: readonly Item[]
  /** The number of parts of segment 0. */
  readonly parts: number
  readonly keys: number
  readonly bytes: number
}

export const bytesOf = (key: string, text: string): number => Buffer.byteLength(key) + Buffer.byteLength(text)

/** Converts a state, whose values must be loaded, to the items of a checkpoint. */
export async function toSegments(pk: string, id: string, state: State): Promise<Segments> {
  const rows: IndexedValue[] = []
  const texts: string[] = ['']
  const all = [...inOrder(state)]
  const isInline = all.reduce((sum, { latest }) => sum + (latest.value?.length ?? 0), 0) <= MAX_INLINE_UNITS
  let keys = 0
  let bytes = 0
  for (const { step = null, key, latest } of all) {
    const { position, index, value } = latest
    if (value === undefined) {
      rows.push([step, key, position, index])
      continue
    }
    const text = value.text()
    const open = texts.at(-1) ?? ''
    const isNew = !isInline && (texts.length === 1 || open.length + text.length > MAX_SEGMENT_UNITS)
    if (isNew) texts.push(text)
    else texts[texts.length - 1] = open + text
    const { types } = value
    const row = [step, key, position, index, texts.length - 1, text.length] as const
    rows.push(types.length > 0 ? [...row, types] : row)
    keys++
    bytes += bytesOf(key, text)
  }
  const [inline = '', ...apart] = texts
  const segments = await Promise.all(apart.map(async (text) => cutParts(await deflate(Buffer.from(text)))))
  const head: Index = { parts: segments.map(({ length }) => length), rows }
  const first = cutParts(await deflate(Buffer.from(`${JSON.stringify(head)}\n${inline}`)))
  const items = [first, ...segments].flatMap((segment, at) =>
    segment.map((body, part) => ({ ...checkpointKey(pk, id, at, part), body })),
  )
  return { items, parts: first.length, keys, bytes }
}

async function readSegment(table: Reader, pk: string, id: string, segment: number, count: number): Promise<string> {
  const keys = Array.from({ length: count }, (_, part) => checkpointKey(pk, id, segment, part))
  const items = new Map((await table.getMany(keys)).map((item) => [item.sk, item]))
  const bodies = keys.map(({ sk }) => {
    const item = items.get(sk)
    if (item === undefined) throw new CheckpointGone()
    return requiredBytes(item, 'body')
  })
  return (await inflate(Buffer.concat(bodies))).toString()
}

/** The texts of a checkpoint's segments. Each segment is read when it is first needed. */
function openSegments(read: (segment: number) => Promise<string>, inline: string) {
  const texts = new Map([[0, inline]])
  const loads = new Map<number, () => Promise<void>>()
  const ends = new Map<number, number>()
  /** All values of a segment share one load. */
  function loadOf(segment: number): () => Promise<void> {
    const known = loads.get(segment)
    if (known !== undefined) return known
    let reading: Promise<string> | undefined
    const load = async () => {
      if (texts.has(segment)) return
      reading ??= read(segment)
      texts.set(segment, await reading)
    }
    loads.set(segment, load)
    return load
  }
  function next(segment: number, length: number): () => string {
    const from = ends.get(segment) ?? 0
    ends.set(segment, from + length)
    return () => (texts.get(segment) ?? '').slice(from, from + length)
  }
  return { loadOf, next }
}

/** Reads the text of segment 0. @throws CheckpointGone */
export const readIndex = (table: Reader, pk: string, id: string, parts: number): Promise<string> =>
  readSegment(table, pk, id, 0, parts)

/** Folds a checkpoint into a state, from the text of segment 0. Values in other segments are read when they are loaded. */
export function foldIndex(state: State, table: Reader, pk: string, id: string, text: string): void {
  const split = text.indexOf('\n')
  const head = JSON.parse(text.slice(0, split)) as Index
  const read = (segment: number) => readSegment(table, pk, id, segment, head.parts[segment - 1] ?? 0)
  const segments = openSegments(read, text.slice(split + 1))
  for (const [step, key, position, index, segment, length = 0, types = []] of head.rows) {
    const value = segment === undefined ? undefined : { key, types, length, text: segments.next(segment, length) }
    const load = segments.loadOf(segment ?? 0)
    setIfNewer(scopeOf(state, step ?? undefined), key, { position, index, value, load })
  }
}

/** Reads a checkpoint and folds it into a state. @throws CheckpointGone */
export async function foldSegments(
  state: State,
  table: Reader,
  pk: string,
  { id, parts }: { readonly id: string; readonly parts: number },
): Promise<void> {
  foldIndex(state, table, pk, id, await readIndex(table, pk, id, parts))
}
