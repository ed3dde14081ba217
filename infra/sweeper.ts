import { common } from './function'
import { table } from './table'

/**
 * Finishes what requests left undone: the bytes of a deleted run go within the hour, those of a run with a million logs too, as a
 * partition takes 500 removals a second. It has no way in but its schedule.
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
