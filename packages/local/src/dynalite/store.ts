import { create, getIndexActions, type Index, type Item, type Level, type Table } from 'dynalite/db/index.js'

/** Its database, opened; whoever opens it first holds it until it is closed. */
export async function openStore(path: string): Promise<Level> {
  const { db: level } = create({ path })
  await level.open()
  return level
}

/** All keys that begin so: dynalite's keys go on in ASCII. */
const under = (prefix: string) => ({ gte: prefix, lt: `${prefix}\u00ff` })

/** Where dynalite keeps what, as its `getSubDb` names it. */
export const tables = under('table~')
export const tableKey = ({ TableName }: Table): string => tables.gte + TableName
export const items = ({ TableName }: Table) => under(`item-${TableName}~`)

/** An index of a table: where its entries are, and which one an item has. */
export interface IndexEntries {
  readonly range: { readonly gte: string; readonly lt: string }
  entryOf(item: Item): { readonly key: string; readonly value: Item } | undefined
}

function entriesOf(kind: string, index: Index, table: Table): IndexEntries {
  const range = under(`index-${kind}~${table.TableName}~${index.IndexName}~`)
  return {
    range,
    entryOf: (item) => {
      const [put] = getIndexActions([index], undefined, item, table).puts
      return put === undefined ? undefined : { key: range.gte + put.key, value: put.item }
    },
  }
}

export const indexesOf = (table: Table): IndexEntries[] => [
  ...(table.LocalSecondaryIndexes ?? []).map((index) => entriesOf('local', index, table)),
  ...(table.GlobalSecondaryIndexes ?? []).map((index) => entriesOf('global', index, table)),
]
