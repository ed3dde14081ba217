/** The operations of the DynamoDB API that a reindexing needs, and that its role on AWS allows. */
export const REINDEX_OPERATIONS = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'] as const
