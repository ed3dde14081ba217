import { folder } from './bundle'
import { concurrency, settings } from './limits'
import { rootKey, signingKey } from './secret'
import { shards } from './shards'
import { table } from './table'

/** The whole API. */
export const server = new sst.aws.Function('Server', {
  bundle: folder,
  handler: 'lambda.handler',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  memory: '512 MB',
  timeout: '20 seconds',
  environment: {
    ...settings,
    RUNMETA_TABLE: table.name,
    RUNMETA_API_KEY: rootKey.value,
    RUNMETA_SIGNING_KEY: signingKey.value,
    ...shards,
  },
  ...concurrency,
  logging: { retention: '1 month' },
  // The stub that `sst dev` would put in its place may do anything in the asset bucket.
  dev: false,
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
  transform: {
    role: {
      // SST would let every principal of the account take the role as well.
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
    },
  },
})
