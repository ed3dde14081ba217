/** The operations of the DynamoDB API that a reindexing needs: its role on AWS allows these and no more. */
export const REINDEX_OPERATIONS = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'] as const
