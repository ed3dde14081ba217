import { readFile } from 'node:fs/promises'
import { TABLE, tableDefinition } from '@runmeta/core/table/dynamo/definition'
import { metricLine } from '@runmeta/functions/metric'
import { expect } from 'vitest'
import { REINDEX_OPERATIONS } from '../support/reindex.ts'
import { SWEEP_OPERATIONS } from '../support/sweep.ts'
import { ACCOUNT, API_ID, REGION } from './mocks.ts'
import { allOf, type Inputs, onlyOf, type Part, partOf, type Stack, TYPE } from './stack.ts'

/** The checks of every stage. They run with the real configuration, and with copies that have a fault. */

/** The adapter without the calls that create and describe the table, which functions do not use. */
const ADAPTER = ['batch', 'query', 'table', 'write'].map(
  (name) => new URL(`../../packages/core/src/table/dynamo/${name}.ts`, import.meta.url),
)
const QUERY = 'dynamodb:Query'
/** Resources that would be public besides the endpoint. */
const OPEN_DOORS = /functionUrl|bucketPolicy|bucketPublicAccessBlock|resourcePolicy|queuePolicy|topicPolicy/i

const ANSWERED = { requestId: '', method: 'GET', route: '', status: 200, duration: 1 }

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: unknown
}

/** Every statement of every policy in the stack. */
function everyStatementOf(stack: Stack): Statement[] {
  const found: Statement[] = []
  const look = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith('{') && value.includes('"Statement"')) look(JSON.parse(value))
    if (typeof value !== 'object' || value === null) return
    if ('Statement' in value && Array.isArray(value.Statement)) found.push(...value.Statement)
    for (const child of Object.values(value)) look(child)
  }
  look(stack.resources)
  return found
}
const DAYS = 30

const inputsOf = (stack: Stack, type: string): Inputs => onlyOf(stack, type).inputs
const nameOf = (stack: Stack, type: string): string => inputsOf(stack, type).name ?? ''
const functionArn = (stack: Stack) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${nameOf(stack, TYPE.function)}`
const isProduction = ({ stage }: Stack): boolean => stage === 'production'

/** Sorts a table's definitions, whose order does not matter to AWS. */
const sorted = <T extends { AttributeName?: string | undefined }>(definitions: readonly T[] = []): T[] =>
  [...definitions].sort((one, other) => String(one.AttributeName).localeCompare(String(other.AttributeName)))

/** The table in the form of `tableDefinition`. */
function definitionOf(inputs: Inputs) {
  const { name, billingMode, hashKey, rangeKey, attributes = [] } = inputs
  const { localSecondaryIndexes: local = [], globalSecondaryIndexes: global = [] } = inputs
  const keys = (hash?: string, range?: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  const indexes = (all: typeof local) =>
    all.map((index) => ({
      IndexName: index.name,
      KeySchema: keys(index.hashKey ?? hashKey, index.rangeKey),
      Projection: { ProjectionType: index.projectionType },
    }))
  return {
    TableName: name,
    BillingMode: billingMode,
    AttributeDefinitions: sorted(attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type }))),
    KeySchema: keys(hashKey, rangeKey),
    LocalSecondaryIndexes: indexes(local),
    GlobalSecondaryIndexes: indexes(global),
  }
}

/** The actions that the adapter's calls need. */
async function actionsOfCore(): Promise<string[]> {
  const sources = await Promise.all(ADAPTER.map((file) => readFile(file, 'utf8')))
  const calls = [...sources.join('').matchAll(/\bcall(?:Conditional)?\(connection, '(\w+)'/g)].map(([, name]) => name)
  // Only the function that reindexes scans the table.
  const own = calls.filter((name) => name !== 'Scan')
  return [...new Set(own.map((name) => (name === 'Query' ? QUERY : `dynamodb:${name}`)))].sort()
}

/** Checks that only Lambda can assume a role. */
function expectLambdaAlone({ assumeRolePolicy }: Inputs): void {
  const policy = typeof assumeRolePolicy === 'string' ? JSON.parse(assumeRolePolicy) : assumeRolePolicy
  const allowed = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }
  expect(policy.Statement).toEqual([expect.objectContaining(allowed)])
}

function expectOwnLog(stack: Stack): void {
  expect(inputsOf(stack, TYPE.logGroup)).toMatchObject({
    retentionInDays: DAYS,
    name: inputsOf(stack, TYPE.function).loggingConfig?.logGroup,
  })
}

type Checks = Readonly<Record<string, (stack: Stack) => void | Promise<void>>>

const OF_THE_API: Checks = {
  'the table has the keys and indexes of core'(stack) {
    const wanted = tableDefinition(nameOf(stack, TYPE.table))
    expect(definitionOf(inputsOf(stack, TYPE.table))).toEqual({
      ...wanted,
      AttributeDefinitions: sorted(wanted.AttributeDefinitions),
    })
  },

  'the table is backed up continuously'(stack) {
    expect(inputsOf(stack, TYPE.table).pointInTimeRecovery).toEqual({ enabled: true })
  },

  'production keeps its table, and other stages do not'(stack) {
    const isKept = isProduction(stack)
    const { inputs, isRetained, isProtected } = onlyOf(stack, TYPE.table)
    expect([isRetained, isProtected, inputs.deletionProtectionEnabled]).toEqual([isKept, isKept, isKept])
    expect(stack.app).toMatchObject({ removal: isKept ? 'retain' : 'remove', protect: isKept })
  },

  'the function has its size and runtime'(stack) {
    expect(inputsOf(stack, TYPE.function)).toMatchObject({
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      memorySize: 512,
      timeout: 20,
      packageType: 'Zip',
    })
  },

  'the handler is in the folder that is deployed'(stack) {
    expect(stack.deployed.files).toEqual(['lambda.mjs', 'openapi.json', 'reindex.mjs', 'sweeper.mjs', 'web'])
    expect(stack.deployed.exports).toContain(inputsOf(stack, TYPE.function).handler)
  },

  'the function has its table and its encrypted secrets as settings'(stack) {
    const { inputs, secret } = onlyOf(stack, TYPE.function)
    const { SST_KEY, SST_KEY_FILE, SST_RESOURCE_App, ...own } = inputs.environment?.variables ?? {}
    expect(own).toEqual({
      RUNMETA_TABLE: nameOf(stack, TYPE.table),
      RUNMETA_ROOT_KEY: stack.rootKey,
      RUNMETA_SIGNING_KEY: stack.signingKey,
    })
    expect(secret).toContain('environment')
  },

  async 'the function has the permissions that core needs, and no others'(stack) {
    const { inlinePolicies = [], managedPolicyArns } = inputsOf(stack, TYPE.role)
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${nameOf(stack, TYPE.table)}`
    const indexes = [TABLE.order, TABLE.lookup].map(({ name }) => `${table}/index/${name}`)
    const items = (await actionsOfCore()).filter((action) => action !== QUERY)
    expect(inlinePolicies.flatMap(({ policy }) => JSON.parse(policy).Statement)).toEqual([
      { Effect: 'Allow', Action: items, Resource: [table] },
      { Effect: 'Allow', Action: [QUERY], Resource: [table, ...indexes] },
    ])
    expect(managedPolicyArns).toEqual(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'])
  },

  'only Lambda can assume the role'(stack) {
    expectLambdaAlone(inputsOf(stack, TYPE.role))
  },

  'no other origin is allowed'(stack) {
    expect(inputsOf(stack, TYPE.api).corsConfiguration ?? {}).toEqual({})
  },

  'the endpoint passes every request to the function, which nothing else can call'(stack) {
    expect(inputsOf(stack, TYPE.route)).toMatchObject({ routeKey: '$default' })
    expect(inputsOf(stack, TYPE.integration)).toMatchObject({
      integrationType: 'AWS_PROXY',
      integrationUri: functionArn(stack),
      payloadFormatVersion: '2.0',
    })
    expect(inputsOf(stack, TYPE.permission)).toEqual({
      action: 'lambda:InvokeFunction',
      function: functionArn(stack),
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${API_ID}/*`,
    })
  },

  'logs are kept for 30 days'(stack) {
    const groups = allOf(stack, TYPE.logGroup).map(({ inputs }) => inputs)
    expect(groups.map(({ retentionInDays }) => retentionInDays)).toEqual([DAYS, DAYS])
    expect(groups.map(({ name }) => name)).toContain(inputsOf(stack, TYPE.function).loggingConfig?.logGroup)
  },

  'the alarm fires at a fault, whoever counted it'(stack) {
    const { metricQueries = [], ...alarm } = inputsOf(stack, TYPE.alarm)
    expect(alarm).toMatchObject({
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      treatMissingData: 'notBreaching',
    })
    const common = { stat: 'Sum', period: 300 }
    const own = metricLine({ ...ANSWERED, status: 500 }, nameOf(stack, TYPE.function))
    const [directive] = own._aws.CloudWatchMetrics
    const dimensions = directive?.Dimensions[0]?.map((name) => [name, own[name]]) ?? []
    const counted = {
      namespace: directive?.Namespace,
      metricName: 'Faults',
      dimensions: Object.fromEntries(dimensions),
    }
    expect(metricQueries.map(({ metric, expression }) => metric ?? expression)).toEqual([
      'MAX([FILL(answered, 0), FILL(logged, 0)])',
      { namespace: 'AWS/ApiGateway', metricName: '5xx', dimensions: { ApiId: API_ID }, ...common },
      { ...counted, ...common },
    ])
    expect(own).toMatchObject({ Faults: 1 })
  },

  'no statement allows every action or every resource, and only the endpoint is public'(stack) {
    for (const { Effect, Action, Resource, Principal } of everyStatementOf(stack)) {
      expect(Effect).toBe('Allow')
      for (const action of [Action].flat()) expect(action).toMatch(/^(dynamodb|lambda|sts):[A-Z][A-Za-z]+$/)
      for (const resource of [Resource ?? []].flat()) expect(resource).not.toContain('*')
      expect(JSON.stringify(Principal ?? {})).not.toContain('*')
    }
    const text = JSON.stringify(stack.resources)
    expect(text).not.toMatch(
      /public-read|"principal":"\*"|"authType":"NONE"|"authorizationType":"NONE","functionName"/i,
    )
    expect(stack.resources.filter(({ type }) => OPEN_DOORS.test(type))).toEqual([])
  },

  'the outputs have the address of the API and how to read the key, and not the key'(stack) {
    expect(stack.outputs).toMatchObject({
      url: `https://${API_ID}.execute-api.${REGION}.amazonaws.com`,
      table: nameOf(stack, TYPE.table),
      logs: inputsOf(stack, TYPE.function).loggingConfig?.logGroup,
      key: `npx sst secret list --stage ${stack.stage}`,
    })
    const others = stack.resources.filter(({ type }) => type !== TYPE.function)
    for (const secret of [stack.rootKey, stack.signingKey])
      expect(JSON.stringify([stack.outputs, others])).not.toContain(secret)
  },

  'there are no other resources'(stack) {
    const made = stack.resources.map(({ type }) => type).sort()
    expect(made).toEqual([
      TYPE.api,
      TYPE.integration,
      TYPE.route,
      TYPE.stage,
      TYPE.logGroup,
      TYPE.logGroup,
      TYPE.alarm,
      TYPE.table,
      TYPE.role,
      TYPE.function,
      TYPE.permission,
      TYPE.code,
      TYPE.encryptionKey,
    ])
  },
}

/** The role that Lambda assumes. */
const roleOf = (stack: Stack, name: string): Inputs => {
  const found = allOf(stack, TYPE.role).find((role) => role.name === name)
  if (found === undefined) throw new Error(`there is no role ${name}`)
  return found.inputs
}

const statementsOf = ({ inlinePolicies = [] }: Inputs) =>
  inlinePolicies.flatMap(({ policy }) => JSON.parse(policy).Statement)

const OF_THE_SWEEP: Checks = {
  'the sweep is called every five minutes, and only by its schedule'(stack) {
    expect(inputsOf(stack, TYPE.schedule)).toMatchObject({
      scheduleExpression: 'rate(5 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: { arn: functionArn(stack), roleArn: `arn:aws:iam::${ACCOUNT}:role/${roleOf(stack, 'SweepRole').name}` },
    })
    const allowed = { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [functionArn(stack)] }
    expect(statementsOf(roleOf(stack, 'SweepRole'))).toEqual([allowed])
    expect(allOf(stack, TYPE.permission)).toEqual([])
  },

  'the sweep has its handler, its time-out, and only the table as a setting'(stack) {
    const { environment, ...inputs } = inputsOf(stack, TYPE.function)
    expect(inputs).toMatchObject({
      handler: 'sweeper.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      timeout: 300,
    })
    expect(stack.deployed.exports).toContain(inputs.handler)
    const { SST_KEY, SST_KEY_FILE, SST_RESOURCE_App, ...own } = environment?.variables ?? {}
    expect(Object.keys(own)).toEqual(['RUNMETA_TABLE'])
  },

  'the sweep has the permissions that it needs, and no others'(stack) {
    const role = roleOf(stack, 'SweepHandlerRole')
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${inputsOf(stack, TYPE.function).environment?.variables.RUNMETA_TABLE}`
    const items = SWEEP_OPERATIONS.filter((operation) => operation !== 'Query').map((name) => `dynamodb:${name}`)
    expect(statementsOf(role)).toEqual([
      { Effect: 'Allow', Action: items, Resource: [table] },
      { Effect: 'Allow', Action: [QUERY], Resource: [table, `${table}/index/${TABLE.lookup.name}`] },
    ])
    expect(role.managedPolicyArns).toEqual(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'])
    expectLambdaAlone(role)
  },

  'the sweep has its own log, which is kept for 30 days'(stack) {
    expectOwnLog(stack)
  },

  'the sweep has no other resources'(stack) {
    const made = stack.resources.map(({ type }) => type).sort()
    expect(made).toEqual([TYPE.logGroup, TYPE.role, TYPE.role, TYPE.function, TYPE.code, TYPE.schedule])
  },
}

const OF_THE_REINDEX: Checks = {
  'the reindexing has its handler, its time-out, and only the table as a setting'(stack) {
    const { environment, ...inputs } = inputsOf(stack, TYPE.function)
    expect(inputs).toMatchObject({
      handler: 'reindex.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      timeout: 900,
    })
    expect(stack.deployed.exports).toContain(inputs.handler)
    const { SST_KEY, SST_KEY_FILE, SST_RESOURCE_App, ...own } = environment?.variables ?? {}
    expect(Object.keys(own)).toEqual(['RUNMETA_TABLE'])
  },

  'the reindexing can only read the table and write rows, and nobody can call it'(stack) {
    const role = inputsOf(stack, TYPE.role)
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${inputsOf(stack, TYPE.function).environment?.variables.RUNMETA_TABLE}`
    const items = REINDEX_OPERATIONS.filter((operation) => operation !== 'Query').map((name) => `dynamodb:${name}`)
    expect(statementsOf(role)).toEqual([
      { Effect: 'Allow', Action: items, Resource: [table] },
      { Effect: 'Allow', Action: [QUERY], Resource: [table, `${table}/index/${TABLE.order.name}`] },
    ])
    expect(role.managedPolicyArns).toEqual(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'])
    expectLambdaAlone(role)
    expect(allOf(stack, TYPE.permission)).toEqual([])
  },

  'the reindexing has its own log, which is kept for 30 days'(stack) {
    expectOwnLog(stack)
  },

  'the reindexing has no other resources'(stack) {
    const made = stack.resources.map(({ type }) => type).sort()
    expect(made).toEqual([TYPE.logGroup, TYPE.role, TYPE.function, TYPE.code])
  },
}

/** Each check gets its part of the stack. */
const over = (part: Part, checks: Checks): Checks =>
  Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [name, (stack: Stack) => check(partOf(stack, part))]),
  )

export const CHECKS: Checks = {
  ...over('api', OF_THE_API),
  ...over('sweep', OF_THE_SWEEP),
  ...over('reindex', OF_THE_REINDEX),
}
