/** AWS's replies during an evaluation, with the fields that the components read. */

export const REGION = 'eu-west-1'
export const ACCOUNT = '123456789012'
export const API_ID = 'abc123'

type Inputs = Record<string, unknown>

interface Asked {
  readonly type: string
  readonly name: string
  readonly inputs: Inputs
  readonly id?: string
}

const arnOf = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`

const ARNS: Record<string, (name: string) => string> = {
  'aws:cloudwatch/logGroup:LogGroup': (name) => arnOf('logs', `log-group:${name}`),
  'aws:dynamodb/table:Table': (name) => arnOf('dynamodb', `table/${name}`),
  'aws:iam/role:Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'aws:lambda/function:Function': (name) => arnOf('lambda', `function:${name}`),
  'aws:sns/topic:Topic': (name) => arnOf('sns', name),
}

/** The state of a new resource. */
export function made({ type, name: logicalName, inputs, id }: Asked): { id: string; state: Inputs } {
  const name = String(inputs.name ?? id ?? logicalName)
  const isApi = type === 'aws:apigatewayv2/api:Api'
  const state: Inputs = { ...inputs, name, arn: ARNS[type]?.(name) ?? arnOf('mock', name) }
  if (isApi) {
    state.apiEndpoint = `https://${API_ID}.execute-api.${REGION}.amazonaws.com`
    state.executionArn = arnOf('execute-api', API_ID)
  }
  if (type === 'random:index/randomBytes:RandomBytes') state.base64 = Buffer.alloc(32).toString('base64')
  return { id: id || (isApi ? API_ID : `${logicalName}-id`), state }
}

interface Statement {
  readonly effect?: string
  readonly actions?: readonly string[]
  readonly resources?: readonly string[]
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[]
  readonly conditions?: unknown
}

const policyOf = (statements: readonly Statement[]) => ({
  Version: '2012-10-17',
  Statement: statements.map(({ effect = 'Allow', actions, resources, principals, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    Principal: principals && Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    Condition: conditions,
  })),
})

/** The reply to a query of an evaluation. */
export function answer(token: string, inputs: Inputs & { statements?: readonly Statement[] }): Inputs {
  switch (token) {
    case 'aws:index/getRegion:getRegion':
      return { id: REGION, name: REGION, region: REGION, description: '' }
    case 'aws:index/getPartition:getPartition':
      return { id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com' }
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { id: ACCOUNT, accountId: ACCOUNT, arn: '', userId: '' }
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, json: JSON.stringify(policyOf(inputs.statements ?? [])) }
    default:
      throw new Error(`the evaluation asks for ${token}, which test/infra/mocks.ts does not know`)
  }
}
