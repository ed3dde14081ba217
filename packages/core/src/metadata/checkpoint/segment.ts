import type { TypeName } from '@runmeta/schema/typed'
import { requiredBytes } from '../../table/attribute.ts'
import { checkpointKey } from '../../table/keys.ts'
import type { Item, Table } from '../../table/port.ts'
import { hold, inOrder, type State, scopeOf } from '../fold.ts'
import { deflate, inflate, pieces } from '../pack.ts'

/**
 * A checkpoint's items. Its chunk 0 begins with an index: of each key where it was said last and where its value is. The
 * values follow it there where they are few; else they are in further chunks, so that a page of a large run reads its own.
 */

/** A piece of a checkpoint is gone: a newer one took its place since its record was read. */
export class CheckpointGone extends Error {
  override readonly name = 'CheckpointGone'
}

/** Of one key: the step or the run, the key, the position and the place in its log; then, unless unset, where its value is. */
type Row = readonly [
  step: string | null,
  key: string,
  position: string,
  index: number,
  chunk?: number,
  length?: number,
  types?: readonly (readonly [string, TypeName])[],
]

interface Index {
  /** The pieces of each chunk but the first. */
  readonly pieces: readonly number[]
  readonly rows: readonly Row[]
}

/** What of the store a checkpoint is read with. */
type Reader = Pick<Table, 'getMany'>

/** UTF-16 units of values up to which they stand beside the index. */
const INLINE = 1024 * 1024
/** UTF-16 units of a chunk's values, but for one value that is larger. */
const CHUNK = 512 * 1024

export interface Chunks {
  /** The pieces of each chunk, the index's first. */
  readonly items: readonly Item[]
  readonly pieces: number
  readonly keys: number
  readonly bytes: number
}

/** A state, its values loaded, as the items of a checkpoint. */
export async function toChunks(pk: string, id: string, state: State): Promise<Chunks> {
  const rows: Row[] = []
  const texts: string[] = ['']
  const said = [...inOrder(state)]
  const isInline = said.reduce((sum, { held }) => sum + (held.entry?.length ?? 0), 0) <= INLINE
  let keys = 0
  let bytes = 0
  for (const { step = null, key, held } of said) {
    const { position, index, entry } = held
    if (entry === undefined) {
      rows.push([step, key, position, index])
      continue
    }
    const text = entry.text()
    const open = texts.at(-1) ?? ''
    const isNew = !isInline && (texts.length === 1 || open.length + text.length > CHUNK)
    if (isNew) texts.push(text)
    else texts[texts.length - 1] = open + text
    const { types } = entry
    const row = [step, key, position, index, texts.length - 1, text.length] as const
    rows.push(types.length > 0 ? [...row, types] : row)
    keys++
    bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
  }
  const [inline = '', ...apart] = texts
  const chunks = await Promise.all(apart.map(async (text) => pieces(await deflate(Buffer.from(text)))))
  const head: Index = { pieces: chunks.map(({ length }) => length), rows }
  const first = pieces(await deflate(Buffer.from(`${JSON.stringify(head)}\n${inline}`)))
  const items = [first, ...chunks].flatMap((chunk, at) =>
    chunk.map((body, piece) => ({ ...checkpointKey(pk, id, at, piece), body })),
  )
  return { items, pieces: first.length, keys, bytes }
}

async function readChunk(table: Reader, pk: string, id: string, chunk: number, count: number): Promise<string> {
  const keys = Array.from({ length: count }, (_, piece) => checkpointKey(pk, id, chunk, piece))
  const items = new Map((await table.getMany(keys)).map((item) => [item.sk, item]))
  const bodies = keys.map(({ sk }) => {
    const item = items.get(sk)
    if (item === undefined) throw new CheckpointGone()
    return requiredBytes(item, 'body')
  })
  return (await inflate(Buffer.concat(bodies))).toString()
}

/** The texts of a checkpoint's chunks, each read when it is first asked for. */
function openChunks(read: (chunk: number) => Promise<string>, inline: string) {
  const texts = new Map([[0, inline]])
  const loads = new Map<number, () => Promise<void>>()
  const ends = new Map<number, number>()
  /** Loads a chunk; the same function for all that is in it. */
  function loadOf(chunk: number): () => Promise<void> {
    const known = loads.get(chunk)
    if (known !== undefined) return known
    let reading: Promise<string> | undefined
    const load = async () => {
      if (texts.has(chunk)) return
      reading ??= read(chunk)
      texts.set(chunk, await reading)
    }
    loads.set(chunk, load)
    return load
  }
  /** The next value of a chunk, as they stand one after another. */
  function next(chunk: number, length: number): () => string {
    const from = ends.get(chunk) ?? 0
    ends.set(chunk, from + length)
    return () => (texts.get(chunk) ?? '').slice(from, from + length)
  }
  return { loadOf, next }
}

/** Takes a checkpoint into a state; its values are loaded where they stand beside the index. @throws CheckpointGone */
export async function takeChunks(
  state: State,
  table: Reader,
  pk: string,
  { id, pieces: count }: { readonly id: string; readonly pieces: number },
): Promise<void> {
  const text = await readChunk(table, pk, id, 0, count)
  const split = text.indexOf('\n')
  const head = JSON.parse(text.slice(0, split)) as Index
  const read = (chunk: number) => readChunk(table, pk, id, chunk, head.pieces[chunk - 1] ?? 0)
  const chunks = openChunks(read, text.slice(split + 1))
  for (const [step, key, position, index, chunk, length = 0, types = []] of head.rows) {
    const entry = chunk === undefined ? undefined : { key, types, length, text: chunks.next(chunk, length) }
    const load = chunks.loadOf(chunk ?? 0)
    hold(scopeOf(state, step ?? undefined), key, { position, index, entry, load })
  }
}
