import { folder } from './bundle'
import { shards } from './shards'
import { table } from './table'

/** Makes what search needs anew, where whoever operates the table asks for it: `aws lambda invoke`. It has no other way in. */
export const reindexer = new sst.aws.Function('Reindex', {
  bundle: folder,
  handler: 'reindex.handler',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  memory: '512 MB',
  timeout: '15 minutes',
  environment: { RUNMETA_TABLE: table.name, ...shards },
  logging: { retention: '1 month' },
  dev: false,
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
  transform: {
    role: {
      // SST would let every principal of the account take the role as well.
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
    },
  },
})
