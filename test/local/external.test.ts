import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableDefinition } from '@runmeta/core/table/dynamo/definition'
import { describeTable } from '@runmeta/core/table/dynamo/describe'
import { externalStore } from '@runmeta/local/external'
import { serve } from '@runmeta/local/serve'
import { settings } from '@runmeta/local/settings'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { CREDENTIALS } from '../support/app.ts'
import { runScript, useServers } from './server.ts'

type Definition = ReturnType<typeof tableDefinition>

/** Tables with another schema, and the server's message. */
const WRONG: readonly (readonly [what: string, change: (table: Definition) => Definition, expected: RegExp])[] = [
  [
    'no local index',
    ({ LocalSecondaryIndexes: _, ...rest }) => ({
      ...rest,
      AttributeDefinitions: rest.AttributeDefinitions?.filter(({ AttributeName }) => AttributeName !== 'pos'),
    }),
    /there is no local index order/,
  ],
  [
    'no global index',
    ({ GlobalSecondaryIndexes: _, ...rest }) => ({
      ...rest,
      AttributeDefinitions: rest.AttributeDefinitions?.filter(
        ({ AttributeName = '' }) => !/^(indexPk|indexSk)$/.test(AttributeName),
      ),
    }),
    /there is no global index lookup/,
  ],
  [
    'a key of another type',
    (table) => ({
      ...table,
      AttributeDefinitions: table.AttributeDefinitions?.map(({ AttributeName }) => ({
        AttributeName,
        AttributeType: AttributeName === 'sk' ? 'N' : 'S',
      })),
    }),
    /the keys of the table are: pk \(S\), sk \(N\), not pk \(S\), sk \(S\)/,
  ],
  [
    'an index that projects other attributes',
    (table) => ({
      ...table,
      LocalSecondaryIndexes: table.LocalSecondaryIndexes?.map((index) => ({
        ...index,
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
    /the local index order projects: KEYS_ONLY, not ALL/,
  ],
]

describe('a DynamoDB API of the user', () => {
  const { start, fail, post, data } = useServers()
  let env: { RUNMETA_DYNAMODB_ENDPOINT: string; RUNMETA_TABLE: string }
  beforeEach(() => {
    env = { RUNMETA_DYNAMODB_ENDPOINT: inject('endpoints').dynoxide ?? '', RUNMETA_TABLE: `foreign-${randomUUID()}` }
  })

  const served = (set: Record<string, string>) => serve(settings({ RUNMETA_DATA: data(), PORT: '0', ...set }))

  const createTable = (more: Record<string, string> = {}) => runScript('table:create', { ...env, ...more })

  it('is used with a table that table:create made', async () => {
    const { code, message } = await fail({ env })
    expect(code).toBe(1)
    expect(message).toMatch(/^runmeta: .*has no table foreign-.*; create it with: npm run table:create$/)
    expect((await createTable()).stdout).toMatch(/^the DynamoDB API at \S+ has a new table foreign-.*\n$/)
    expect((await createTable()).stdout).toMatch(/has the table foreign-\S+ already\n$/)
    const { url } = await start({ env })
    expect((await post(url, '/v1/runs', { name: 'elsewhere' })).status).toBe(201)
    expect(await (await fetch(`${url}/v1/health`)).json()).toMatchObject({ engine: { name: 'dynamodb' } })
  })

  it.each(WRONG)('is refused if its table has %s', async (_, change, expected) => {
    const client = new DynamoDBClient({ ...CREDENTIALS, endpoint: env.RUNMETA_DYNAMODB_ENDPOINT })
    await client.send(new CreateTableCommand(change(tableDefinition(env.RUNMETA_TABLE))))
    await expect(served(env)).rejects.toThrow(expected)
    await expect(served(env)).rejects.toThrow(/npm run table:create$/)
    expect(await describeTable(client, env.RUNMETA_TABLE)).toMatchObject({ TableStatus: 'ACTIVE' })
    client.destroy()
  })

  it('is not changed by table:create if its table has another schema', async () => {
    const client = new DynamoDBClient({ ...CREDENTIALS, endpoint: env.RUNMETA_DYNAMODB_ENDPOINT })
    const [, change, expected] = WRONG[0] ?? []
    if (change === undefined) throw new Error('there is a wrong table')
    await client.send(new CreateTableCommand(change(tableDefinition(env.RUNMETA_TABLE))))
    client.destroy()
    await expect(createTable()).rejects.toThrow(expected)
  })

  it.each([
    ['has no credentials', { RUNMETA_DYNAMODB_ENDPOINT: 'http://192.0.2.1', AWS_REGION: 'eu-west-1' }, /Credentials/],
    ['has no region', { RUNMETA_DYNAMODB_ENDPOINT: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'a' }, /[Rr]egion/],
  ])('is refused if it %s', async (_, more, expected) => {
    // Without this machine's own AWS configuration.
    const { code, message } = await fail({
      env: { ...env, AWS_EC2_METADATA_DISABLED: 'true', HOME: data(), ...more },
    })
    expect(code).toBe(1)
    expect(message).toMatch(expected)
    expect(message.split('\n')).toHaveLength(1)
  })

  it('is refused if it does not answer', async () => {
    const gone = { ...env, RUNMETA_DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }
    await expect(served(gone)).rejects.toThrow(/127\.0\.0\.1:1 could not be reached .*ECONNREFUSED/)
  })

  it('is refused if it is another kind of server', async () => {
    const other = await serve({ directory: data(), host: '127.0.0.1', port: 0, tableName: 'runmeta' })
    await expect(served({ ...env, RUNMETA_DYNAMODB_ENDPOINT: other.url })).rejects.toThrow(
      /^the DynamoDB API at \S+ could not be reached to check the table .*$/,
    )
    await other.stop()
  })

  it('needs an endpoint for table:create', async () => {
    await expect(createTable({ RUNMETA_DYNAMODB_ENDPOINT: '' })).rejects.toThrow(
      /RUNMETA_DYNAMODB_ENDPOINT is not set; without it the server keeps its data in a file/,
    )
  })
})

const PLACEHOLDER = { region: 'local', credentials: { accessKeyId: 'local' } }

describe('credentials and region', () => {
  it.each([
    ['placeholders on loopback', 'http://localhost:8000', {}, PLACEHOLDER],
    ['placeholders on loopback by its address', 'http://[::1]:8000', {}, PLACEHOLDER],
    ['the region that is set', 'http://127.0.0.1:8000', { AWS_REGION: 'r' }, { ...PLACEHOLDER, region: 'r' }],
    ['the user’s own, which are set', 'http://127.0.0.1:8000', { AWS_ACCESS_KEY_ID: 'a' }, {}],
    ['a profile that is named', 'http://127.0.0.1:8000', { AWS_PROFILE: 'p' }, {}],
    ['the user’s own elsewhere', 'https://dynamodb.eu-west-1.amazonaws.com', {}, {}],
    ['a host that only begins like loopback', 'http://127.0.0.1.example.com', {}, {}],
    ['the CLI’s name of the region', 'https://db.example', { AWS_DEFAULT_REGION: 'r' }, { region: 'r' }],
  ])('are %s', (_, endpoint, env, expected) => {
    const found = externalStore({ RUNMETA_DYNAMODB_ENDPOINT: endpoint, ...env })
    expect(found).toMatchObject({ endpoint, client: expected })
    expect(Object.keys(found?.client ?? {}).sort()).toEqual(Object.keys(expected).sort())
  })
})
