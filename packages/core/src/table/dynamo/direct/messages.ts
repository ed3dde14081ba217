import type { OperationName, Operations } from '../operations.ts'
import { fromWire, toWire } from './attributes.ts'

/** The fields of requests and replies that hold an item, or some attributes of one. */
const ITEM_FIELDS = new Set([
  'Attributes',
  'ExclusiveStartKey',
  'ExpressionAttributeValues',
  'Item',
  'Key',
  'LastEvaluatedKey',
])
const LIST_FIELDS = new Set(['Items', 'Keys'])
/** The fields of a batch that hold, for each table, its keys or its writes. */
const BATCH_FIELDS = new Set(['RequestItems', 'UnprocessedItems', 'UnprocessedKeys'])

type Fields = Readonly<Record<string, unknown>>
type Convert = (item: never) => unknown

const mapValues = (fields: unknown, to: (value: unknown) => unknown): Fields =>
  Object.fromEntries(Object.entries(fields as Fields).map(([name, value]) => [name, to(value)]))

/** Converts the items of a request or a reply, wherever they are in it. */
function withItems(fields: unknown, convert: Convert): Fields {
  const each = (list: unknown) => (list as never[]).map((item) => convert(item))
  const field = ([name, value]: [string, unknown]): [string, unknown] => {
    if (ITEM_FIELDS.has(name)) return [name, convert(value as never)]
    if (LIST_FIELDS.has(name)) return [name, each(value)]
    if (name === 'Responses') return [name, mapValues(value, each)]
    if (name === 'DeleteRequest') return [name, withItems(value, convert)]
    if (!BATCH_FIELDS.has(name)) return [name, value]
    const batch = (content: unknown) =>
      Array.isArray(content) ? content.map((write) => withItems(write, convert)) : withItems(content, convert)
    return [name, mapValues(value, batch)]
  }
  return Object.fromEntries(Object.entries(fields as Fields).map(field))
}

export const requestBody = <Name extends OperationName>(input: Operations[Name]['input']): string =>
  JSON.stringify(withItems(input, toWire))

/** The output in the body of a reply. @throws SyntaxError, TypeError for a body that is no reply of DynamoDB */
export const outputOf = <Name extends OperationName>(body: string): Operations[Name]['output'] =>
  withItems(JSON.parse(body), fromWire)
