import { common } from './function'
import { shards } from './shards'
import { table } from './table'

/** Repairs the search index. An operator starts it with `aws lambda invoke`; nothing else does. */
export const reindexer = new sst.aws.Function('Reindex', {
  ...common,
  handler: 'reindex.handler',
  timeout: '15 minutes',
  environment: { RUNMETA_TABLE: table.name, ...shards },
  permissions: [
    {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Scan',
        'dynamodb:UpdateItem',
      ],
      resources: [table.arn],
    },
    { actions: ['dynamodb:Query'], resources: [table.arn, $interpolate`${table.arn}/index/order`] },
  ],
})
