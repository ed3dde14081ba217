import { folder } from './bundle'
import { table } from './table'

/** Finishes what requests left undone: the bytes of a deleted run go within the hour. It has no way in but its schedule. */
export const sweeper = new sst.aws.CronV2('Sweep', {
  schedule: 'rate(15 minutes)',
  function: {
    bundle: folder,
    handler: 'sweeper.handler',
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    memory: '512 MB',
    timeout: '5 minutes',
    environment: { RUNMETA_TABLE: table.name },
    logging: { retention: '1 month' },
    dev: false,
    permissions: [
      {
        actions: [
          'dynamodb:BatchWriteItem',
          'dynamodb:DeleteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
        ],
        resources: [table.arn],
      },
      { actions: ['dynamodb:Query'], resources: [table.arn, $interpolate`${table.arn}/index/lookup`] },
    ],
    transform: {
      role: {
        // SST would let every principal of the account take the role as well.
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
      },
    },
  },
})
