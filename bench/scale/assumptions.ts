/** Marks a source that was not compared with the page when the model was written. */
const UNREAD = '(not compared with the page)'

/** The assumptions of the model, with their sources. docs/scale.md lists all of them. */

const GUIDE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide'
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg'

export interface Assumption {
  readonly value: number
  readonly what: string
  readonly source: string
}

export const ASSUMPTIONS = {
  partitionWrites: {
    value: 1000,
    what: 'WCU a second of a partition',
    source: `[AWS](${GUIDE}/bp-partition-key-design.html)`,
  },
  partitionReads: {
    value: 3000,
    what: 'RCU a second of a partition',
    source: `[AWS](${GUIDE}/bp-partition-key-design.html)`,
  },
  partitionGigabytes: {
    value: 10,
    what: 'GB after which a partition is split',
    source:
      '[AWS](https://aws.amazon.com/blogs/database/part-3-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/)',
  },
  collectionGigabytes: {
    value: 10,
    what: 'GB of a run’s items and their entries in `order`, after which DynamoDB refuses more',
    source: `[AWS](${GUIDE}/LSI.html)`,
  },
  burstSeconds: {
    value: 300,
    what: 'seconds of unused throughput that a table can save; a partition cannot save any',
    source: `[AWS](${GUIDE}/burst-adaptive-capacity.html), [re:Post](https://repost.aws/knowledge-center/dynamodb-spiky-workloads-short-intervals)`,
  },
  newTableWrites: {
    value: 4000,
    what: 'WCU a second of a new on-demand table, and of its index',
    source: `[AWS](${GUIDE}/warm-throughput-scenarios.html)`,
  },
  newTableReads: {
    value: 12_000,
    what: 'RCU a second of the same',
    source: `[AWS](${GUIDE}/warm-throughput-scenarios.html)`,
  },
  peakFactor: {
    value: 2,
    what: 'times the highest load so far that a table accepts at once',
    source: `[AWS](${GUIDE}/warm-throughput.html)`,
  },
  heatSeconds: {
    value: 60,
    what: 'seconds near its limit after which a partition is split',
    source: 'assumed: AWS says that it splits, not when',
  },
  heatShare: { value: 0.8, what: 'the share of its limit above which a partition is near it', source: 'assumed' },
  splitSeconds: {
    value: 30,
    what: 'seconds that a split takes',
    source: 'assumed',
  },
  tableWrites: {
    value: 40_000,
    what: 'WCU a second of a table or an index, the default quota',
    source: `[AWS](${GUIDE}/ServiceQuotas.html)`,
  },
  callMs: {
    value: 5,
    what: 'ms that a request to DynamoDB takes',
    source: 'AWS says “single-digit milliseconds”; this is the middle',
  },
  coreMegabytes: {
    value: 1769,
    what: 'MB of a function with one core',
    source: `[AWS](${LAMBDA}/configuration-memory.html)`,
  },
  functionMegabytes: { value: 512, what: 'MB of the function', source: '`infra/function.ts`' },
  functionConcurrency: {
    value: 1000,
    what: 'concurrent functions of an account, the default quota',
    source: `[AWS](${LAMBDA}/gettingstarted-limits.html)`,
  },
  endpointRequests: {
    value: 10_000,
    what: 'requests a second to the HTTP APIs of an account, the default quota; 2,500 in some regions',
    source: `[AWS](https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html)`,
  },
} as const satisfies Record<string, Assumption>

/** Assumptions without a number. */
export const RULES: readonly (readonly [what: string, source: string])[] = [
  [
    'the items of a run stay on one partition, because the table has a local index',
    `[AWS](${GUIDE}/burst-adaptive-capacity.html) ${UNREAD}`,
  ],
  [
    'entries of `lookup` that each sort after the previous ones are not split because of their load',
    `[AWS](https://aws.amazon.com/blogs/database/part-3-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/) ${UNREAD}`,
  ],
  ['the table refuses a write that its index cannot accept', `[AWS](${GUIDE}/gsi-throttling.html)`],
  [
    'a request is tried 3 times, with waits of up to 500 ms and up to 1 s',
    '`core/table/dynamo/operations.ts`, and the code of `@smithy/core`',
  ],
]

export const of = (name: keyof typeof ASSUMPTIONS): number => ASSUMPTIONS[name].value
