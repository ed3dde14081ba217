/** The table port: everything that the product needs from a table. */

export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Attribute = string | number | boolean | Uint8Array
export type Attributes = Readonly<Record<string, Attribute>>
export type Item = Key & Attributes

/** The condition of a write. Every member that is given must hold. */
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
  readonly setIfAbsent?: Attributes
  readonly remove?: readonly string[]
}

export type Write =
  | { readonly put: Item; readonly condition: Condition }
  | { readonly update: Key; readonly condition: Condition; readonly change: Change }

/** An entry of the index `lookup` (attributes `indexPk` and `indexSk`) with the key of its item. It may be stale. */
export interface IndexEntry extends Key {
  readonly indexSk: string
}

export interface EntryPage {
  readonly entries: readonly IndexEntry[]
  /** Present if there may be more. */
  readonly next?: IndexEntry
}

export interface EntryRange {
  /** Only entries whose `indexSk` begins with it. Cannot be combined with `low` and `high`. */
  readonly prefix?: string
  /** Bounds of `indexSk`, both included. */
  readonly low?: string
  readonly high?: string
  readonly isDescending?: boolean
  readonly limit: number
  /** `next` of the previous page. */
  readonly after?: IndexEntry
}

/** A condition on another item, checked at the moment of a write. It does not prevent the write. */
export interface ConditionCheck {
  readonly key: Key
  readonly condition: Condition
}

export interface PutResult {
  /** The store's time of the write, in ms since 1970; some stores give whole seconds only. `NaN` if unknown. */
  readonly date: number
  /** Whether the condition check passed when the write was made. Also `false` if the table cannot check it. */
  readonly hasPassedCheck: boolean
}

export interface PositionRange {
  /** The greatest position, inclusive. */
  readonly upTo?: string
  /** A text below the positions of all items, and equal to none. */
  readonly above?: string
  /** The most items on the first page. @default as many as fit a page */
  readonly first?: number
  readonly isAscending?: boolean
}

export interface StoreTiming {
  /**
   * Milliseconds. A log is visible to all readers if the store writes it within this time after its position. The writer of
   * a later log must check the run's record. 0 if every writer must check it.
   */
  readonly promptMs: number
  /** How far two of the store's times may differ, in milliseconds. */
  readonly skewMs: number
}

export interface ItemPage {
  readonly items: readonly Item[]
  /** Whether this is the last page. An empty page may still follow one that is not. */
  readonly isLast: boolean
}

export interface ScanPage {
  readonly keys: readonly Key[]
  /** Where the next page begins. Absent on the last page. */
  readonly next?: Key
}

/**
 * A table. When a call resolves, its result is durable in the store. A call throws Failure `store_unavailable` if the store
 * does not answer in time or is overloaded. A write that throws may still have been made.
 */
export interface Table {
  readonly timing: StoreTiming
  /** Reads one item, strongly consistent. */
  get(key: Key): Promise<Item | undefined>
  /** Reads items, strongly consistent, in any order. Items that do not exist are left out. */
  getMany(keys: readonly Key[]): Promise<Item[]>
  /**
   * Writes an item if the condition holds, then `followers`, each under its own condition. A table with transactions writes
   * all of them or none, and evaluates `check` in the same transaction. DynamoDB writes the followers in parallel after the
   * item, and waits for them.
   * @returns Undefined if the condition does not hold, also if that is because an earlier try of the client wrote this item.
   * No follower is written then.
   */
  put(
    item: Item,
    condition: Condition,
    followers?: readonly Write[],
    check?: ConditionCheck,
  ): Promise<PutResult | undefined>
  /** Changes an item if the condition holds. @returns the changed item, or undefined */
  update(key: Key, condition: Condition, change: Change): Promise<Item | undefined>
  /** Removes an item if the condition holds. @returns whether it held */
  remove(key: Key, condition: Condition): Promise<boolean>
  removeMany(keys: readonly Key[]): Promise<void>
  /** Reads the keys of a partition's items whose sort keys begin with `prefix`, strongly consistent, page by page. */
  keys(pk: string, prefix?: string): AsyncIterable<readonly Key[]>
  /** Reads a partition's items that have a position, newest first by default, strongly consistent, page by page. */
  pages(pk: string, range?: PositionRange): AsyncIterable<ItemPage>
  /** Reads entries of an `indexPk` by `indexSk`, eventually consistent. A short page is not always the last. */
  entries(indexPk: string, range: EntryRange): Promise<EntryPage>
  /**
   * Reads the whole table, strongly consistent. It yields the keys of all run records, or with `since`, a position, the keys
   * of records and logs that were written since.
   */
  scan(options?: { since?: string; from?: Key }): AsyncIterable<ScanPage>
  /** Returns the same table with calls that end when `signal` aborts. */
  withSignal(signal: AbortSignal): Table
}
