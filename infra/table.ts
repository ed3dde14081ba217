/** The one table. Its keys and indexes are those of packages/core/src/store/table.ts. */
export const table = new sst.aws.Dynamo('Runs', {
  fields: { pk: 'string', sk: 'string', pos: 'string', grp: 'string', place: 'string' },
  primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
  localIndexes: { order: { rangeKey: 'pos' } },
  globalIndexes: { lookup: { hashKey: 'grp', rangeKey: 'place', projection: 'keys-only' } },
})
