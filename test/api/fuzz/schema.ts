import fc, { type Arbitrary } from 'fast-check'

/** The used part of a JSON Schema. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
}

type Resolve = (ref: string) => Schema

const DEPTH = 3

/** A few repeated texts, so that many requests refer to what an earlier one created. */
export const NAMES = ['iris', 'iris-1', 'iris-2', 'wine', 'a', 'ünïcödé-🏃'] as const

/** Texts that often cause faults. */
export const hostile: Arbitrary<string> = fc.constantFrom(
  '',
  ' ',
  '.',
  '..',
  'null',
  '__proto__',
  'constructor',
  '%',
  '%00',
  '%zz',
  '\u0000',
  '\ud800',
  '\ufeff',
  '🏃',
  '../../etc/passwd',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  'a'.repeat(256),
  '#RUN',
  'LOG#',
  '~',
  '-1',
  '1e400',
  '9'.repeat(40),
)

function textOf({ format, minLength = 0, maxLength = 40 }: Schema): Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  if (format === 'uuid') return fc.uuid()
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) }
  const known = { weight: 2, arbitrary: fc.constantFrom(...NAMES) }
  return fc.oneof(known, fc.string(length), fc.string({ ...length, unit: 'grapheme' }))
}

/** Values of a schema. An empty schema allows any JSON value. */
export function valuesOf(schema: Schema, resolve: Resolve, depth = 0): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valuesOf(resolve(schema.$ref), resolve, depth)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const options = schema.anyOf ?? schema.oneOf
  if (depth > DEPTH) return fc.constant(null)
  if (options !== undefined) return fc.oneof(...options.map((option) => valuesOf(option, resolve, depth + 1)))
  const { minimum = -1000, maximum = 1_000_000, maxItems = 4 } = schema
  if (schema.type === 'string') return textOf(schema)
  if (schema.type === 'integer' || schema.type === 'number') return fc.integer({ min: minimum, max: maximum })
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type === 'array') {
    return fc.array(valuesOf(schema.items ?? {}, resolve, depth + 1), { maxLength: Math.min(maxItems, 4) })
  }
  if (schema.type === 'object') return objectsOf(schema, resolve, depth)
  return fc.jsonValue({ maxDepth: 2 })
}

function objectsOf(schema: Schema, resolve: Resolve, depth: number): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field, resolve, depth + 1)] as const)
  const model: Record<string, Arbitrary<unknown>> = Object.fromEntries(fields)
  const known = fc.record(model, { requiredKeys: [...required] })
  if (additionalProperties === false || fields.length > 0) return known
  const more = valuesOf(typeof additionalProperties === 'object' ? additionalProperties : {}, resolve, depth + 1)
  return fc.dictionary(fc.oneof(fc.string({ minLength: 1 }), hostile), more, { maxKeys: 5 })
}
