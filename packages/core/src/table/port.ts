/** The table port: the few things the product asks of a DynamoDB table, in its own words. */

/** The primary key of an item. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Attribute = string | number | boolean | Uint8Array
export type Attributes = Readonly<Record<string, Attribute>>
/** Attributes as they must be for a write to be made: equal, or absent where `undefined` stands. */
export type Where = Readonly<Record<string, Attribute | undefined>>
/** What is stored: its key, and any other attributes. */
export type Item = Key & Attributes

/** What `lookup` keeps of an item: enough to find it, and no promise that it still is as it was. */
export interface Hint extends Key {
  /** Where the entry stands in its group. */
  readonly place: string
}

/** A piece of the whole table. */
export interface Scanned {
  readonly keys: readonly Key[]
  /** Where the next piece begins; without it this is the last. */
  readonly next?: Key
}

/** A part of a group of `lookup`, both ends included. */
export interface Places {
  readonly low: string
  readonly high: string
  readonly isDescending: boolean
  readonly limit: number
}

export interface HintPage {
  readonly hints: readonly Hint[]
  /** Present where there may be more. */
  readonly next?: Hint
}

/** A write that was made. */
export interface Written {
  /** When, by the `Date` of the store's reply: whole seconds, in ms since 1970; `NaN` where the reply has none. */
  readonly date: number
}

/** Which of a partition's items are read. */
export interface Range {
  /** The greatest position, itself included. */
  readonly upTo?: string
  /** A position below all of them. */
  readonly above?: string
  /** Items of the first page; as many as a page holds where it is absent. */
  readonly first?: number
}

export interface Page {
  readonly items: readonly Item[]
  /** Whether it was the last one, as far as the page itself tells: an empty one may follow. */
  readonly isLast: boolean
}

export interface Change {
  readonly set?: Attributes
  /** Set only where the attribute is absent. */
  readonly setIfAbsent?: Attributes
  readonly remove?: readonly string[]
}

/**
 * Every call either gives what the store durably holds or throws: Failure `store_unavailable` where the store does not
 * answer, is overloaded or ran out of time. A write that throws may have been made.
 */
export interface Store {
  /** Reads one item, strongly consistent. */
  get(key: Key): Promise<Item | undefined>
  /** Reads items, strongly consistent, in no order; those that are not there are left out. */
  getMany(keys: readonly Key[]): Promise<Item[]>
  /** Writes an item where its key is free. @returns Nothing where it was not, or where an earlier try was this very item's. */
  putIfAbsent(item: Item): Promise<Written | undefined>
  /** Writes an item over one whose `at` is not later than its own, or where there is none. @returns false where there is a later one. */
  putUnlessOlder(item: Item & { readonly at: string }): Promise<boolean>
  /** Raises an attribute of an item that is there and is as `where` says; a greater value stays. */
  raise(key: Key, where: Where, attribute: string, value: string): Promise<void>
  /** Changes an item where it is there and as `where` says. @returns The item as changed, or nothing. */
  update(key: Key, where: Where, change: Change): Promise<Item | undefined>
  /** Removes an item that is as `where` says. @returns false where there is no such item. */
  remove(key: Key, where: Where): Promise<boolean>
  /** Removes an item whose `at` is below a position. */
  removeOlder(key: Key, at: string): Promise<void>
  /** Removes items, whatever they hold. */
  removeMany(keys: readonly Key[]): Promise<void>
  /** The keys of a partition's items, of those whose sort key begins so; strongly consistent, page by page. */
  keys(pk: string, prefix?: string): AsyncIterable<readonly Key[]>
  /** A partition's items that have a position, greatest first, strongly consistent, page by page. */
  pages(pk: string, range?: Range): AsyncIterable<Page>
  /** Entries of `lookup` whose place begins with `prefix`, ascending; eventually consistent. */
  lookup(group: string, prefix: string, options: { limit: number; after?: Hint }): Promise<HintPage>
  /** Entries of `lookup` between two places; eventually consistent. A page may be short and not be the last. */
  between(group: string, places: Places): Promise<HintPage>
  /**
   * Keys of run records, or where a position is given of records and logs that were written since; strongly consistent. It
   * reads the whole table.
   */
  scan(options?: { since?: string; from?: Key }): AsyncIterable<Scanned>
  /** The same store, with calls that end no later than `signal`. */
  until(signal: AbortSignal): Store
}
