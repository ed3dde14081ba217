/** The table port: the few things the product asks of a DynamoDB table, in its own words. */

/** The primary key of an item. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Attribute = string | number | boolean | Uint8Array
export type Attributes = Readonly<Record<string, Attribute>>
/** What is stored: its key, and any other attributes. */
export type Item = Key & Attributes

/** What `lookup` keeps of an item: enough to find it, and no promise that it still is as it was. */
export interface Hint extends Key {
  /** Where the entry stands in its group. */
  readonly place: string
}

/** A part of a group of `lookup`, both ends included. */
export interface Range {
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
  /** Writes an item where its key is free. @returns false where it was not, or where an earlier try was this very item's. */
  putIfAbsent(item: Item): Promise<boolean>
  /** Writes an item over one whose `at` is not later than its own, or where there is none. @returns false where there is a later one. */
  putUnlessOlder(item: Item & { readonly at: string }): Promise<boolean>
  /** Raises an attribute of an item that is there and has all of `where`; a greater value stays. */
  raise(key: Key, where: Attributes, attribute: string, value: string): Promise<void>
  /** Changes an item where it is there and its attributes equal `where`. @returns The item as changed, or nothing. */
  update(key: Key, where: Attributes, change: Change): Promise<Item | undefined>
  /** Removes an item whose attributes equal `where`. @returns false where there is no such item. */
  remove(key: Key, where: Attributes): Promise<boolean>
  /** Removes an item whose `at` is below a position. */
  removeOlder(key: Key, at: string): Promise<void>
  /** Removes items, whatever they hold. */
  removeMany(keys: readonly Key[]): Promise<void>
  /** The keys of all of a partition's items, strongly consistent, page by page. */
  keys(pk: string): AsyncIterable<readonly Key[]>
  /** A partition's items that have a position (below `before`), greatest first, strongly consistent, page by page. */
  pages(pk: string, options?: { before?: string }): AsyncIterable<readonly Item[]>
  /** Entries of `lookup` whose place begins with `prefix`, ascending; eventually consistent. */
  lookup(group: string, prefix: string, options: { limit: number; after?: Hint }): Promise<HintPage>
  /** Entries of `lookup` between two places; eventually consistent. A page may be short and not be the last. */
  range(group: string, range: Range): Promise<HintPage>
  /** The same store, with calls that end no later than `signal`. */
  until(signal: AbortSignal): Store
}
