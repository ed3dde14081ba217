import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { setUp } from '../../scripts/sst.ts'
import { CHECKS } from './checks.ts'
import { type Change, synth } from './synth.ts'

/** The test of the tests: each fault, put into a copy of the configuration, is caught by the checks that are meant to. */

const SERVER = 'infra/server.ts'
const ALL = 'infra/function.ts'
const SWEEPER = 'infra/sweeper.ts'
const TABLE = 'infra/table.ts'
const PERMISSION = 'the function may do what core does to the table and its indexes, and no more'
const LEAST = 'no statement is for every action or every resource, and nothing is public but the endpoint'
const SWEEP_PERMISSION = 'the sweep may do what it does to the table and the list, and no more'
const REINDEX_PERMISSION = 'the reindexing may read the table and write rows, and no more, and nobody is let in'
const DEFINITION = 'the table has the keys and indexes that core asks for'
const CALLERS = 'the endpoint hands every request to the function, which nothing else may call'

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
    caught: ['nobody but Lambda may take the role', SWEEP_PERMISSION, REINDEX_PERMISSION],
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
    caught: [CALLERS, LEAST, 'nothing else is made'],
  },
  {
    fault: 'a sweep once a day',
    file: SWEEPER,
    from: '5 minutes)',
    to: '1 day)',
    caught: ['the sweep is called every five minutes, by its schedule alone'],
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
      'the log of the sweep is its own, and kept for 30 days',
      'the log of the reindexing is its own, and kept for 30 days',
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
    caught: ['production keeps its table, another stage does not'],
  },
  {
    fault: 'an endpoint for every origin',
    file: 'infra/endpoint.ts',
    from: 'cors: false, ',
    to: '',
    caught: ['no other origin is let in'],
  },
  {
    fault: 'an alarm on a metric that nothing writes',
    file: 'infra/alarm.ts',
    from: `namespace: 'runmeta'`,
    to: `namespace: 'Runmeta'`,
    caught: ['an alarm goes off at a fault, whoever counted it'],
  },
  {
    fault: 'the key among the outputs',
    file: 'sst.config.ts',
    from: 'key: ',
    to: `key: (await import('./infra/secret')).rootKey.value, command: `,
    caught: ['the outputs say where the API is and how to read the key, not the key'],
  },
  {
    fault: 'the signing key among the outputs',
    file: 'sst.config.ts',
    from: 'key: ',
    to: `key: (await import('./infra/secret')).signingKey.value, command: `,
    caught: ['the outputs say where the API is and how to read the key, not the key'],
  },
  {
    fault: 'one secret in place of another',
    file: SERVER,
    from: 'signingKey.value',
    to: 'rootKey.value',
    caught: ['the function is told its table and its secrets, encrypted'],
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

  it.each(FAULTS)('is caught: $fault', async ({ caught, ...change }) => {
    const stack = await synth({ stage: 'production', changes: [change], code })
    const results = await Promise.allSettled(Object.values(CHECKS).map(async (check) => check(stack)))
    const failed = Object.keys(CHECKS).filter((_, index) => results[index]?.status === 'rejected')
    expect(failed).toEqual(caught)
  })
})
