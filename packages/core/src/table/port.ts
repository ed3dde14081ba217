// The table port, agreed for both adapters (DynamoDB in packages/core/src/table/dynamo, SQLite in packages/local/src/sqlite).
// The file is packages/core/src/table/port.ts. Names and semantics are fixed; docstrings may be polished.

export interface Key { readonly pk: string; readonly sk: string }
export type Attribute = string | number | boolean | Uint8Array
export type Attributes = Readonly<Record<string, Attribute>>
export type Item = Key & Attributes

/** What must hold for a write to be made. Every member that is given must hold. */
export interface Condition {
  /** `true`: an item has this key; `false`: none has. */
  readonly exists?: boolean
  /** Attributes with these values; `undefined` means that the item lacks the attribute. */
  readonly equals?: Readonly<Record<string, Attribute | undefined>>
  /** Attributes that are absent or not greater than these. A key without an item lacks every attribute. */
  readonly atMost?: Readonly<Record<string, string>>
  /** Attributes that are absent or less than these. */
  readonly below?: Readonly<Record<string, string>>
}

export interface Change {
  readonly set?: Attributes
  /** Set only where the attribute is absent. */
  readonly setIfAbsent?: Attributes
  readonly remove?: readonly string[]
}

/** A write that follows another one. */
export type Write =
  | { readonly put: Item; readonly condition: Condition }
  | { readonly update: Key; readonly condition: Condition; readonly change: Change }

/** An entry of the index `lookup` (attributes `indexPk`, `indexSk`): where to find an item. It may be stale. */
export interface IndexEntry extends Key { readonly indexSk: string }
export interface EntryPage { readonly entries: readonly IndexEntry[]; /** Present where there may be more. */ readonly next?: IndexEntry }
export interface EntryRange {
  /** Only entries whose `indexSk` begins with it. Not together with `low` and `high`. */
  readonly prefix?: string
  /** Bounds of `indexSk`, both included. */
  readonly low?: string
  readonly high?: string
  readonly isDescending?: boolean
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: IndexEntry
}

export interface Written { /** ms since 1970, by the store's clock; NaN where unknown. */ readonly date: number }
export interface Range { readonly upTo?: string; readonly above?: string; readonly first?: number } // as today
export interface Page { readonly items: readonly Item[]; readonly isLast: boolean }
export interface Scanned { readonly keys: readonly Key[]; readonly next?: Key }

export interface Table {
  get(key: Key): Promise<Item | undefined>
  getMany(keys: readonly Key[]): Promise<Item[]>
  /**
   * Writes an item where the condition holds, then `followers`, each by its own condition. A table with transactions writes all
   * of them or none; DynamoDB writes the followers after the item, all at once, and waits for them.
   * Returns nothing, and writes no follower, where the condition does not hold.
   */
  put(item: Item, condition: Condition, followers?: readonly Write[]): Promise<Written | undefined>
  update(key: Key, condition: Condition, change: Change): Promise<Item | undefined>
  remove(key: Key, condition: Condition): Promise<boolean>
  removeMany(keys: readonly Key[]): Promise<void>
  keys(pk: string, prefix?: string): AsyncIterable<readonly Key[]>
  pages(pk: string, range?: Range): AsyncIterable<Page>
  entries(indexPk: string, range: EntryRange): Promise<EntryPage>
  scan(options?: { since?: string; from?: Key }): AsyncIterable<Scanned>
  until(signal: AbortSignal): Table
}
