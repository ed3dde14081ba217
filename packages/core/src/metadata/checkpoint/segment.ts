import type { TypeName } from '@runmeta/schema/type-names'
import { requiredBytes } from '../../table/attribute.ts'
import { checkpointKey } from '../../table/keys.ts'
import type { Item, Table } from '../../table/port.ts'
import { inOrder, type State, scopeOf, setIfNewer } from '../fold.ts'
import { cutParts, deflate, inflate } from '../pack.ts'

/**
 * A checkpoint's items. Its chunk 0 begins with an index: of each key where it was said last and where its value is. The
 * values follow it there where they are few; else they are in further chunks, so that a page of a large run reads its own.
 */

/** A piece of a checkpoint is gone: a newer one took its place since its record was read. */
export class CheckpointGone extends Error {
  override readonly name = 'CheckpointGone'
}

/** Of one key: the step or the run, the key, the position and the place in its log; then, unless unset, where its value is. */
type IndexedValue = readonly [
  step: string | null,
  key: string,
  position: string,
  index: number,
  segment?: number,
  length?: number,
  types?: readonly (readonly [string, TypeName])[],
]

interface Index {
  /** The pieces of each chunk but the first. */
  readonly parts: readonly number[]
  readonly rows: readonly IndexedValue[]
}

/** What of the store a checkpoint is read with. */
type Reader = Pick<Table, 'getMany'>

/** UTF-16 units of values up to which they stand beside the index. */
const MAX_INLINE_UNITS = 1024 * 1024
/** UTF-16 units of a chunk's values, but for one value that is larger. */
const MAX_SEGMENT_UNITS = 512 * 1024

export interface Segments {
  /** The pieces of each chunk, the index's first. */
  readonly items: readonly Item[]
  readonly parts: number
  readonly keys: number
  readonly bytes: number
}

/** A state, its values loaded, as the items of a checkpoint. */
export async function toSegments(pk: string, id: string, state: State): Promise<Segments> {
  const rows: IndexedValue[] = []
  const texts: string[] = ['']
  const said = [...inOrder(state)]
  const isInline = said.reduce((sum, { latest }) => sum + (latest.value?.length ?? 0), 0) <= MAX_INLINE_UNITS
  let keys = 0
  let bytes = 0
  for (const { step = null, key, latest } of said) {
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
    bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
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

/** The texts of a checkpoint's chunks, each read when it is first asked for. */
function openSegments(read: (segment: number) => Promise<string>, inline: string) {
  const texts = new Map([[0, inline]])
  const loads = new Map<number, () => Promise<void>>()
  const ends = new Map<number, number>()
  /** Loads a chunk; the same function for all that is in it. */
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
  /** The next value of a chunk, as they stand one after another. */
  function next(segment: number, length: number): () => string {
    const from = ends.get(segment) ?? 0
    ends.set(segment, from + length)
    return () => (texts.get(segment) ?? '').slice(from, from + length)
  }
  return { loadOf, next }
}

/** The text of a checkpoint's index, with the values that stand beside it. @throws CheckpointGone */
export const readIndex = (table: Reader, pk: string, id: string, parts: number): Promise<string> =>
  readSegment(table, pk, id, 0, parts)

/** Takes a checkpoint into a state, by the text of its index; values that are apart are read where they are loaded. */
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

/** Takes a checkpoint into a state; its values are loaded where they stand beside the index. @throws CheckpointGone */
export async function foldSegments(
  state: State,
  table: Reader,
  pk: string,
  { id, parts }: { readonly id: string; readonly parts: number },
): Promise<void> {
  foldIndex(state, table, pk, id, await readIndex(table, pk, id, parts))
}
