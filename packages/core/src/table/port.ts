/** The table port: the few things the product asks of a table, in its own words. */

/** The primary key of an item. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Attribute = string | number | boolean | Uint8Array
export type Attributes = Readonly<Record<string, Attribute>>
/** What is stored: its key, and any other attributes. */
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
export interface IndexEntry extends Key {
  readonly indexSk: string
}

export interface EntryPage {
  readonly entries: readonly IndexEntry[]
  /** Present where there may be more. */
  readonly next?: IndexEntry
}

/** Which entries of one `indexPk` are read, in the order of `indexSk`. */
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

/** What a writer wants to know of another item at the moment of its write. */
export interface Witness {
  readonly key: Key
  readonly condition: Condition
}

/** A write that was made. */
export interface Written {
  /** When, in ms since 1970, by the store's clock, which may tell whole seconds only; `NaN` where unknown. */
  readonly date: number
  /** Whether the witness's condition held when the write was made; `false` also where the table cannot tell. */
  readonly isWitnessed: boolean
}

/** Which of a partition's items are read. */
export interface Range {
  /** The greatest position, itself included. */
  readonly upTo?: string
  /** A position below all of them. */
  readonly above?: string
  /** Items of the first page; as many as a page holds where it is absent. */
  readonly first?: number
  /** Whether the least position comes first. @default false */
  readonly isAscending?: boolean
}

/** How far the times that a store tells can be relied on. */
export interface StoreTiming {
  /**
   * Milliseconds. A log that the store takes within this time of the log's position is read by everyone from then on; after
   * that its writer has to look at the run. 0 where a writer always looks.
   */
  readonly promptMs: number
  /** Milliseconds by which two of the store's times may differ. */
  readonly skewMs: number
}

export interface Page {
  readonly items: readonly Item[]
  /** Whether this is the last page. An empty page may still follow one that is not. */
  readonly isLast: boolean
}

/** A piece of the whole table. */
export interface Scanned {
  readonly keys: readonly Key[]
  /** Where the next piece begins; without it this is the last. */
  readonly next?: Key
}

/**
 * Every call either gives what the store durably holds or throws: Failure `store_unavailable` where the store does not
 * answer, is overloaded or ran out of time. A write that throws may have been made.
 */
export interface Table {
  readonly timing: StoreTiming
  /** Reads one item, strongly consistent. */
  get(key: Key): Promise<Item | undefined>
  /** Reads items, strongly consistent, in no order; those that are not there are left out. */
  getMany(keys: readonly Key[]): Promise<Item[]>
  /**
   * Writes an item where the condition holds, then `followers`, each by its own condition. A table with transactions writes
   * all of them or none, and looks at `witness` in the same transaction; DynamoDB writes the followers after the item, all at
   * once, and waits for them.
   * @returns Nothing where the condition does not hold, or where an earlier try was this very item's; no follower is written then.
   */
  put(item: Item, condition: Condition, followers?: readonly Write[], witness?: Witness): Promise<Written | undefined>
  /** Changes an item where the condition holds. @returns The item as changed, or nothing. */
  update(key: Key, condition: Condition, change: Change): Promise<Item | undefined>
  /** Removes an item where the condition holds. @returns Whether it held. */
  remove(key: Key, condition: Condition): Promise<boolean>
  /** Removes items, whatever they hold. */
  removeMany(keys: readonly Key[]): Promise<void>
  /** The keys of a partition's items, of those whose sort key begins so; strongly consistent, page by page. */
  keys(pk: string, prefix?: string): AsyncIterable<readonly Key[]>
  /** A partition's items that have a position, greatest first unless the range says otherwise, strongly consistent, page by page. */
  pages(pk: string, range?: Range): AsyncIterable<Page>
  /** Entries of `lookup`, eventually consistent. A page may be short and not be the last. */
  entries(indexPk: string, range: EntryRange): Promise<EntryPage>
  /**
   * Keys of run records, or where a position is given of records and logs that were written since; strongly consistent. It
   * reads the whole table.
   */
  scan(options?: { since?: string; from?: Key }): AsyncIterable<Scanned>
  /** The same table, with calls that end no later than `signal`. */
  until(signal: AbortSignal): Table
}
