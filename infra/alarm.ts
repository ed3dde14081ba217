import { endpoint } from './endpoint'
import { server } from './server'

const email = process.env.RUNMETA_ALARM_EMAIL
const PERIOD = 300

function mail(address: string) {
  const topic = new sst.aws.SnsTopic('AlarmMail')
  new aws.sns.TopicSubscription('AlarmMailSubscription', { topic: topic.arn, protocol: 'email', endpoint: address })
  return topic.arn
}

/**
 * Counts the requests that the API failed, not those that it refused. Of two counts it takes the greater one:
 * - the endpoint's, which includes a crash, a time-out and a throttled function, none of which writes a log line
 * - the function's, from its log, which includes calls that bypass the endpoint
 */
export const alarm = new aws.cloudwatch.MetricAlarm('Errors', {
  name: `${$app.name}-${$app.stage}-errors`,
  alarmDescription: 'The API failed a request. See docs/operate.md.',
  metricQueries: [
    { id: 'worst', expression: 'MAX([FILL(answered, 0), FILL(logged, 0)])', label: 'Faults', returnData: true },
    {
      id: 'answered',
      metric: {
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensions: { ApiId: endpoint.nodes.api.id },
        stat: 'Sum',
        period: PERIOD,
      },
    },
    {
      id: 'logged',
      metric: {
        namespace: 'runmeta',
        metricName: 'Faults',
        dimensions: { FunctionName: server.name },
        stat: 'Sum',
        period: PERIOD,
      },
    },
  ],
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  treatMissingData: 'notBreaching',
  alarmActions: email ? [mail(email)] : [],
})
