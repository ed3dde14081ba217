import { common } from './function'
import { table } from './table'

/**
 * Finishes interrupted work. It removes a deleted run within the hour, even one with a million logs, at 500 removals a second in a
 * partition. Only its schedule starts it.
 */
export const sweeper = new sst.aws.CronV2('Sweep', {
  schedule: 'rate(5 minutes)',
  function: {
    ...common,
    handler: 'sweeper.handler',
    timeout: '5 minutes',
    environment: { RUNMETA_TABLE: table.name },
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
  },
})
