import { type DocumentClientOptions, documentClient } from './document.ts'
import { type ClosableTable, tableOver } from './table.ts'

export type { ClosableTable }

export interface DynamoTableOptions extends DocumentClientOptions {
  readonly tableName: string
}

export const createDynamoTable = ({ tableName, ...options }: DynamoTableOptions): ClosableTable =>
  tableOver(documentClient(options), tableName)
