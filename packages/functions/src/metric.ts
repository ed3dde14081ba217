import type { Answered } from '@runmeta/api/answered'

/** The namespace of the metrics; the alarm names it too. */
const NAMESPACE = 'runmeta'

const METRICS = [
  { Name: 'Duration', Unit: 'Milliseconds' },
  { Name: 'Faults', Unit: 'Count' },
  { Name: 'Refusals', Unit: 'Count' },
  { Name: 'RateLimited', Unit: 'Count' },
] as const

type Metrics = Readonly<Record<(typeof METRICS)[number]['Name'], number>>

export interface MetricLine extends Answered, Metrics {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] }
  readonly FunctionName: string
}

interface Directive {
  readonly Namespace: string
  /** The dimensions: each is a list of members. */
  readonly Dimensions: readonly (readonly 'FunctionName'[])[]
  readonly Metrics: typeof METRICS
}

/**
 * A request's line in CloudWatch's embedded metric format: CloudWatch extracts the metrics, without an API request.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(request: Answered, functionName: string): MetricLine {
  const { status, duration } = request
  const metrics: Metrics = {
    Duration: duration,
    Faults: Number(status >= 500),
    Refusals: Number(status >= 400 && status < 500),
    RateLimited: Number(status === 429),
  }
  const directive: Directive = { Namespace: NAMESPACE, Dimensions: [['FunctionName']], Metrics: METRICS }
  return {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    FunctionName: functionName,
    ...request,
    ...metrics,
  }
}
