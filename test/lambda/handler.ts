import { randomUUID } from 'node:crypto'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { vi } from 'vitest'
import { CREDENTIALS, endpointOf, ROOT_KEY, SIGNING_KEY } from '../support/app.ts'

export type Handler = typeof import('@runmeta/functions/lambda')['handler']

export const CONTEXT = {
  awsRequestId: '6c2f1f36-3d2c-4a4b-9b5e-0a1b2c3d4e5f',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'runmeta',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:runmeta',
  memoryLimitInMB: '512',
  logGroupName: '/aws/lambda/runmeta',
  logStreamName: '2026/01/12/[$LATEST]0123456789abcdef',
  clientContext: undefined as never,
  getRemainingTimeInMillis: () => 30_000,
}

/** The handler as Lambda loads it, with a new table. */
export async function loadHandler(variables: Readonly<Record<string, string>> = {}): Promise<Handler> {
  const table = `lambda-${randomUUID()}`
  const endpoint = endpointOf('dynoxide')
  await ensureTable({ ...CREDENTIALS, endpoint }, table)
  const settings = {
    RUNMETA_TABLE: table,
    RUNMETA_ROOT_KEY: ROOT_KEY,
    RUNMETA_SIGNING_KEY: SIGNING_KEY,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    ...variables,
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  vi.resetModules()
  return (await import('@runmeta/functions/lambda')).handler
}

/** Records the standard output of the process instead of writing it. */
export function outputLines(): () => string[] {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  return () => text.split('\n').filter((line) => line !== '')
}
