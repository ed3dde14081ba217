/** The one table. Its keys and indexes are those of packages/core/src/table/dynamo/definition.ts. */
const runs = new sst.aws.Dynamo('Runs', {
  fields: { pk: 'string', sk: 'string', pos: 'string', indexPk: 'string', indexSk: 'string' },
  primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
  localIndexes: { order: { rangeKey: 'pos' } },
  globalIndexes: { lookup: { hashKey: 'indexPk', rangeKey: 'indexSk', projection: 'keys-only' } },
  deletionProtection: $app.protect,
  transform: {
    table(_, options) {
      // A local index can only be changed by making the table anew: an empty one would take the place of the one that is kept.
      options.protect = $app.protect
    },
  },
})

const restored = process.env.RUNMETA_RESTORED_TABLE

/** The table that serves: after a restore from a backup, the one that was restored. */
export const table = restored ? sst.aws.Dynamo.get('Restored', restored) : runs
