import { endpoint } from './endpoint'

const email = process.env.RUNMETA_ALARM_EMAIL

function mail(address: string) {
  const topic = new sst.aws.SnsTopic('AlarmMail')
  new aws.sns.TopicSubscription('AlarmMailSubscription', { topic: topic.arn, protocol: 'email', endpoint: address })
  return topic.arn
}

/** Refusals are the callers' affair; a 5xx is ours: the handler's own, a crash, a time-out, a store that is gone. */
export const alarm = new aws.cloudwatch.MetricAlarm('Errors', {
  name: `${$app.name}-${$app.stage}-errors`,
  alarmDescription: 'The API answered with a 5xx. See docs/operate.md.',
  namespace: 'AWS/ApiGateway',
  metricName: '5xx',
  dimensions: { ApiId: endpoint.nodes.api.id },
  statistic: 'Sum',
  period: 300,
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  treatMissingData: 'notBreaching',
  alarmActions: email ? [mail(email)] : [],
})
