/** What is used of dynalite 4.0.0, which has no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface Options {
    readonly path: string
    /** Milliseconds that a new table is not ready yet. */
    readonly createTableMs: number
  }
  const dynalite: (options: Options) => Server
  export = dynalite
}

declare module 'dynalite/db/index.js' {
  export type Item = Record<string, unknown>

  export interface Index {
    readonly IndexName: string
    IndexStatus?: string
  }

  export interface Table {
    readonly TableName: string
    readonly LocalSecondaryIndexes?: readonly Index[]
    readonly GlobalSecondaryIndexes?: readonly Index[]
    TableStatus: string
  }

  export interface Range {
    readonly gte: string
    readonly lt: string
  }

  /** The one LevelDB under it: every key begins with the name of what it belongs to. */
  export interface Level {
    open(): Promise<void>
    get(key: string): Promise<unknown>
    close(): Promise<void>
    clear(range: Range): Promise<void>
    del(key: string): Promise<void>
    put(key: string, value: unknown): Promise<void>
    batch(operations: readonly { type: 'put'; key: string; value: unknown }[]): Promise<void>
    keys(range: Range): AsyncIterable<string> & { close(): Promise<void> }
    values<T>(range: Range): AsyncIterable<T>
  }

  export interface Put {
    readonly index: string
    readonly key: string
    readonly item: Item
  }

  export const create: (options: { readonly path: string }) => { readonly db: Level }
  /** What a change from one item to another does to these indexes. */
  export const getIndexActions: (
    indexes: readonly Index[],
    from: undefined,
    to: Item,
    table: Table,
  ) => { readonly puts: readonly Put[] }
}
