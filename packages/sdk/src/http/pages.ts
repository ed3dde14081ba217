import { allIn, isText } from '../value/json.ts'
import type { Value } from '../value/value.ts'

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The cursor of the next page. */
  readonly next: string | undefined
}

/** Decodes a page. Undefined if it or an item has another shape. */
export function decodePage<Item>(
  items: Value | undefined,
  next: Value | undefined,
  decode: (item: Value) => Item | undefined,
): Page<Item> | undefined {
  const decoded = allIn(items, decode)
  return decoded && { items: decoded, next: isText(next) ? next : undefined }
}

/** The items of each page, which is fetched after the previous one was read. */
export async function* pagesOf<Item>(
  ask: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let cursor: string | undefined
  do {
    const { items, next } = await ask(cursor)
    yield items
    cursor = next
  } while (cursor !== undefined)
}
