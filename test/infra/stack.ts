/** The input and the result of an evaluation of sst.config.ts. */

export interface Task {
  /** A folder with sst.config.ts, infra and SST's set-up: the project's, or a copy. */
  readonly root: string
  readonly stage: string
  readonly secrets: Readonly<Record<string, string>>
}

interface Index {
  readonly name: string
  readonly hashKey?: string
  readonly rangeKey: string
  readonly projectionType: string
}

/** A resource's inputs, with the fields that the checks use. */
export interface Inputs {
  readonly [name: string]: unknown
  readonly name?: string
  readonly hashKey?: string
  readonly rangeKey?: string
  readonly attributes?: readonly { readonly name: string; readonly type: string }[]
  readonly localSecondaryIndexes?: readonly Index[]
  readonly globalSecondaryIndexes?: readonly Index[]
  readonly environment?: { readonly variables: Readonly<Record<string, string>> }
  readonly inlinePolicies?: readonly { readonly policy: string }[]
  readonly loggingConfig?: { readonly logGroup: string }
  readonly metricQueries?: readonly { readonly expression?: string; readonly metric?: unknown }[]
  readonly target?: { readonly arn: string; readonly roleArn: string }
}

export interface Resource<I = Inputs> {
  readonly type: string
  readonly name: string
  readonly inputs: I
  /** The inputs that are encrypted in the state. */
  readonly secret: readonly string[]
  /** Whether it stays when the stage is removed. */
  readonly isRetained: boolean
  /** Whether it cannot be deleted or replaced. */
  readonly isProtected: boolean
}

export interface Evaluation<I = Inputs> {
  readonly app: { readonly name: string; readonly removal?: string; readonly protect?: boolean }
  readonly resources: readonly Resource<I>[]
  readonly outputs: Readonly<Record<string, unknown>>
}

export interface Stack extends Evaluation {
  readonly stage: string
  readonly rootKey: string
  readonly signingKey: string
  /** The files of the deployed folder, and its modules' exports as `module.name`. */
  readonly deployed: { readonly files: readonly string[]; readonly exports: readonly string[] }
}

export const allOf = ({ resources }: Evaluation, type: string): Resource[] =>
  resources.filter((resource) => resource.type === type)

/** The parts of a stack, by the prefix of their resources' names. The other resources belong to the API. */
const PARTS = { sweep: /^Sweep/, reindex: /^Reindex/, api: /^(?!Sweep|Reindex)/ } as const
export type Part = keyof typeof PARTS

export const partOf = <S extends Evaluation>(stack: S, part: Part): S => ({
  ...stack,
  resources: stack.resources.filter(({ name }) => PARTS[part].test(name)),
})

/** @throws if there is not exactly one */
export function onlyOf(stack: Evaluation, type: string): Resource {
  const found = allOf(stack, type)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} resources of ${type}, not one`)
  return first
}

export const TYPE = {
  alarm: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  api: 'aws:apigatewayv2/api:Api',
  code: 'aws:s3/bucketObjectv2:BucketObjectv2',
  encryptionKey: 'random:index/randomBytes:RandomBytes',
  function: 'aws:lambda/function:Function',
  integration: 'aws:apigatewayv2/integration:Integration',
  logGroup: 'aws:cloudwatch/logGroup:LogGroup',
  permission: 'aws:lambda/permission:Permission',
  role: 'aws:iam/role:Role',
  schedule: 'aws:scheduler/schedule:Schedule',
  route: 'aws:apigatewayv2/route:Route',
  stage: 'aws:apigatewayv2/stage:Stage',
  subscription: 'aws:sns/topicSubscription:TopicSubscription',
  table: 'aws:dynamodb/table:Table',
  topic: 'aws:sns/topic:Topic',
} as const
