import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { CREDENTIALS, rowsOf, type TableHandle, type TestApp } from './app.ts'

/** Reads a table without the code under test, with attributes as in the DynamoDB API. */

export type RawItem = Readonly<Record<string, { readonly S?: string; readonly BOOL?: boolean; readonly N?: string }>>
type Place = Pick<TestApp, 'endpoint' | 'tableName'>

interface Page {
  readonly Items?: unknown[]
  readonly LastEvaluatedKey?: Record<string, never> | undefined
}

async function all(read: (client: DynamoDBClient, from: Page) => Promise<Page>, { endpoint }: Place) {
  const client = new DynamoDBClient({ ...CREDENTIALS, endpoint })
  const found: RawItem[] = []
  let page: Page = {}
  do {
    page = await read(client, page)
    found.push(...((page.Items ?? []) as RawItem[]))
  } while (page.LastEvaluatedKey !== undefined)
  client.destroy()
  return found
}

const from = ({ LastEvaluatedKey: key }: Page) => (key === undefined ? {} : { ExclusiveStartKey: key })

/** The whole table. */
export const scan = (place: Place): Promise<RawItem[]> =>
  all(async (client, page) => {
    const reply = await client.send(new ScanCommand({ TableName: place.tableName, ...from(page) }))
    return reply as Page
  }, place)

/** One partition. */
export const partition = (place: Place, pk: string): Promise<RawItem[]> =>
  all(async (client, page) => {
    const command = new QueryCommand({
      TableName: place.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ...from(page),
    })
    return (await client.send(command)) as Page
  }, place)

const latin1 = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)

/** All items of any store as texts. Bytes become characters, so that a secret in them is found. */
export async function texts(app: TableHandle): Promise<{ readonly pk: string; readonly text: string }[]> {
  if (app.engine === 'sqlite')
    return rowsOf(app).map((row) => ({ pk: latin1(row.pk), text: Object.values(row).map(latin1).join('\n') }))
  const shown = (_: string, value: unknown) => (value instanceof Uint8Array ? latin1(value) : value)
  return (await scan(app)).map((item) => ({ pk: item.pk?.S ?? '', text: JSON.stringify(item, shown) }))
}
