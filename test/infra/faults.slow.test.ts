import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { setUp } from '../../scripts/sst.ts'
import { CHECKS } from './checks.ts'
import { type Change, synth } from './synth.ts'

/** Tests the checks: each fault in a copy of the configuration is caught by the expected checks. */

const SERVER = 'infra/server.ts'
const ALL = 'infra/function.ts'
const SWEEPER = 'infra/sweeper.ts'
const TABLE = 'infra/table.ts'
const PERMISSION = 'the function has the permissions that core needs, and no others'
const LEAST = 'no statement allows every action or every resource, and only the endpoint is public'
const SWEEP_PERMISSION = 'the sweep has the permissions that it needs, and no others'
const REINDEX_PERMISSION = 'the reindexing can only read the table and write rows, and nobody can call it'
const DEFINITION = 'the table has the keys and indexes of core'
const CALLERS = 'the endpoint passes every request to the function, which nothing else can call'

const FAULTS: readonly (Change & { readonly fault: string; readonly caught: readonly string[] })[] = [
  {
    fault: 'a permission for every action',
    file: SERVER,
    from: `'dynamodb:Query'`,
    to: `'dynamodb:*'`,
    caught: [PERMISSION, LEAST],
  },
  {
    fault: 'a permission on every table',
    file: SERVER,
    from: 'resources: [table.arn],',
    to: `resources: ['*'],`,
    caught: [PERMISSION, LEAST],
  },
  {
    fault: 'a permission that is missing',
    file: SERVER,
    from: `'dynamodb:UpdateItem',`,
    to: '',
    caught: [PERMISSION],
  },
  {
    fault: 'a role for the whole account',
    file: ALL,
    from: 'assumeRolePolicy:',
    to: 'description:',
    caught: ['only Lambda can assume the role', SWEEP_PERMISSION, REINDEX_PERMISSION],
  },
  {
    fault: 'a handler of another name',
    file: SERVER,
    from: 'lambda.handler',
    to: 'lambda.main',
    caught: ['the handler is in the folder that is deployed'],
  },
  {
    fault: 'a second way in',
    file: SERVER,
    from: '...common,',
    to: '...common, url: true,',
    caught: [CALLERS, LEAST, 'there are no other resources'],
  },
  {
    fault: 'a sweep once a day',
    file: SWEEPER,
    from: '5 minutes)',
    to: '1 day)',
    caught: ['the sweep is called every five minutes, and only by its schedule'],
  },
  {
    fault: 'a sweep that lacks a permission',
    file: SWEEPER,
    from: `'dynamodb:PutItem',`,
    to: '',
    caught: [SWEEP_PERMISSION],
  },
  {
    fault: 'logs that are kept for ever',
    file: ALL,
    from: `'1 month'`,
    to: `'forever'`,
    caught: [
      'logs are kept for 30 days',
      'the sweep has its own log, which is kept for 30 days',
      'the reindexing has its own log, which is kept for 30 days',
    ],
  },
  {
    fault: 'no local index',
    file: TABLE,
    from: `localIndexes: { order: { rangeKey: 'pos' } },`,
    to: '',
    caught: [DEFINITION],
  },
  {
    fault: 'a global index of another name',
    file: TABLE,
    from: 'lookup:',
    to: 'search:',
    caught: [DEFINITION],
  },
  {
    fault: 'a table that production may lose',
    file: TABLE,
    from: 'deletionProtection: $app.protect,',
    to: '',
    caught: ['production keeps its table, and other stages do not'],
  },
  {
    fault: 'an endpoint for every origin',
    file: 'infra/endpoint.ts',
    from: 'cors: false, ',
    to: '',
    caught: ['no other origin is allowed'],
  },
  {
    fault: 'an alarm on a metric that nothing writes',
    file: 'infra/alarm.ts',
    from: `namespace: 'runmeta'`,
    to: `namespace: 'Runmeta'`,
    caught: ['the alarm fires at a fault, whoever counted it'],
  },
  {
    fault: 'the key among the outputs',
    file: 'sst.config.ts',
    from: 'key: ',
    to: `key: (await import('./infra/secret')).rootKey.value, command: `,
    caught: ['the outputs have the address of the API and how to read the key, and not the key'],
  },
  {
    fault: 'the signing key among the outputs',
    file: 'sst.config.ts',
    from: 'key: ',
    to: `key: (await import('./infra/secret')).signingKey.value, command: `,
    caught: ['the outputs have the address of the API and how to read the key, and not the key'],
  },
  {
    fault: 'one secret in place of another',
    file: SERVER,
    from: 'signingKey.value',
    to: 'rootKey.value',
    caught: ['the function has its table and its encrypted secrets as settings'],
  },
]

describe('a fault in the configuration', () => {
  let code: string
  beforeAll(async () => {
    await setUp()
    code = await mkdtemp(join(tmpdir(), 'runmeta-code-'))
    await bundle(code)
  }, 300_000)
  afterAll(() => rm(code, { recursive: true }))

  it.each(FAULTS)('is caught by its checks: $fault', async ({ caught, ...change }) => {
    const stack = await synth({ stage: 'production', changes: [change], code })
    const results = await Promise.allSettled(Object.values(CHECKS).map(async (check) => check(stack)))
    const failed = Object.keys(CHECKS).filter((_, index) => results[index]?.status === 'rejected')
    expect(failed).toEqual(caught)
  })
})
