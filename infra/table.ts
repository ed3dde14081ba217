/** The table. Its keys and indexes are those of packages/core/src/table/dynamo/definition.ts. */
const runs = new sst.aws.Dynamo('Runs', {
  fields: { pk: 'string', sk: 'string', pos: 'string', indexPk: 'string', indexSk: 'string' },
  primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
  localIndexes: { order: { rangeKey: 'pos' } },
  globalIndexes: { lookup: { hashKey: 'indexPk', rangeKey: 'indexSk', projection: 'keys-only' } },
  deletionProtection: $app.protect,
  transform: {
    table(_, options) {
      // A change of a local index replaces the table: an empty table would take its place.
      options.protect = $app.protect
    },
  },
})

const restored = process.env.RUNMETA_RESTORED_TABLE

/** The table in use: after a restore from a backup, the restored one. */
export const table = restored ? sst.aws.Dynamo.get('Restored', restored) : runs
