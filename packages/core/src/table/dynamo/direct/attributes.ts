import type { Attribute } from '../../port.ts'

/**
 * Items in DynamoDB's JSON: each value names its type. These are the types that the table port has.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
type WireAttribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly B: string }

type Wire = Readonly<Record<string, WireAttribute>>
type Plain = Readonly<Record<string, unknown>>

function encode(value: unknown): WireAttribute {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value instanceof Uint8Array)
    return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  throw new TypeError(`the table holds no ${value === null ? 'null' : typeof value}`)
}

function decode(value: WireAttribute): Attribute {
  if ('S' in value) return value.S
  if ('N' in value) return Number(value.N)
  if ('BOOL' in value) return value.BOOL
  if ('B' in value) return new Uint8Array(Buffer.from(value.B, 'base64'))
  throw new TypeError(`the table holds no attribute of type ${Object.keys(value).join()}`)
}

/** A loop, as this is the hottest code of a list: `Object.fromEntries` takes twice the time. */
function mapped<From, To>(values: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  const result: Record<string, To> = {}
  for (const name of Object.keys(values)) result[name] = to(values[name] as From)
  return result
}

/** @throws TypeError for a value that the port does not have */
export const toWire = (item: Plain): Wire => mapped(item, encode)
export const fromWire = (item: Wire): Record<string, Attribute> => mapped(item, decode)
