import { common } from './function'
import { concurrency, settings } from './limits'
import { rootKey, signingKey } from './secret'
import { shards } from './shards'
import { table } from './table'

/** The whole API. */
export const server = new sst.aws.Function('Server', {
  ...common,
  handler: 'lambda.handler',
  timeout: '20 seconds',
  environment: {
    ...settings,
    RUNMETA_TABLE: table.name,
    RUNMETA_ROOT_KEY: rootKey.value,
    RUNMETA_SIGNING_KEY: signingKey.value,
    ...shards,
  },
  ...concurrency,
  permissions: [
    {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      resources: [table.arn],
    },
    {
      actions: ['dynamodb:Query'],
      resources: [table.arn, $interpolate`${table.arn}/index/order`, $interpolate`${table.arn}/index/lookup`],
    },
  ],
})
