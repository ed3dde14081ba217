import fc from 'fast-check'
import type { Condition, Op, PointerCondition } from './model.ts'
import { list, type Members, namesOf, number, object, pointerOf, type Scalar, type Tree } from './tree.ts'

/** Random changes and queries from small pools, so that they match: few keys, few runs, and similar values. */

/** Runs of one world. */
export const SLOTS = 8

const LONG = 'long-'.repeat(60)
const NAMES = [
  'a',
  'b',
  'm',
  'status',
  'createdAt',
  'name',
  'pipeline',
  '#name',
  'a/b',
  'a~1b',
  'm~',
  'a.b',
  '__proto__',
  'constructor',
  '0',
  'é',
  '🚀',
  '"\\',
  LONG,
]
const NUMBERS = [
  '0',
  '-0',
  '0.0',
  '0e400',
  '1',
  '1.0',
  '10e-1',
  '-1',
  '0.1',
  '1e-1',
  '0.10000000000000001',
  '0.1000000000000000055511151231257827',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9007199254740992.0',
  '9007199254740992.5',
  '9223372036854775808',
  '1.7976931348623157e308',
  '1.7976931348623158e308',
  '1e308',
  '1e400',
  '10E399',
  '1e401',
  '-1e400',
  '-1e401',
  '1e-400',
  '-1e-400',
  '5e-324',
  '4e-324',
  '2e-324',
  '1e99999999999999999999999',
  '-1e99999999999999999999999',
  '1e-99999999999999999999999',
  `1${'0'.repeat(400)}`,
  `1${'0'.repeat(400)}.5`,
  `0.${'3'.repeat(50)}`,
  `0.${'3'.repeat(49)}4`,
]
/** Longer than the range key of an index. */
const TEXT = 'text '.repeat(300)
const STRINGS = [
  '',
  'a',
  'A',
  'ab',
  'a\u0000',
  'a\t',
  'a\tb',
  '\u0000',
  'b',
  '1',
  'true',
  'null',
  '~',
  'é',
  'e\u0301',
  '\uffff',
  '\ue000',
  '🚀',
  '🚀a',
  '%',
  '_',
  'a%',
  TEXT,
  `${TEXT}a`,
  `${TEXT}b`,
  `${TEXT}🚀`,
]

const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`))
const anyNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.nat().map(String),
      digits(15, 30).map((text) => `1${text}`),
    ),
    fc.option(digits(1, 25)),
    fc.option(fc.integer({ min: -420, max: 420 })),
  )
  .map(
    ([minus, whole, fraction, power]) =>
      `${minus}${whole}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : `e${power}`}`,
  )
const numbers = fc
  .oneof({ weight: 5, arbitrary: fc.constantFrom(...NUMBERS) }, { weight: 1, arbitrary: anyNumber })
  .map(number)
const text = fc.string({ unit: 'binary', maxLength: 4 })
const strings = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...STRINGS) }, { weight: 1, arbitrary: text })

export const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 3, arbitrary: strings },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
)

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'm') },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
)
/** A member of a value can have any name, including the empty one. */
const memberName = fc.oneof({ weight: 6, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('', 'in\tside') })

const { value } = fc.letrec<{ value: Tree }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 5, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 2 }).map(list) },
    { weight: 3, arbitrary: fc.array(fc.tuple(memberName, tie('value')), { maxLength: 4 }).map(object) },
  ),
}))

/** Around 64 scalars, the most that are searchable. */
const wide = fc
  .tuple(fc.integer({ min: 60, max: 90 }), fc.nat({ max: 9 }))
  .map(([count, from]) => object(Array.from({ length: count }, (_, n) => [`w${n}`, number(String(from + n))] as const)))
const deep = fc.tuple(fc.integer({ min: 3, max: 64 }), scalar).map(([depth, leaf]) => {
  let tree: Tree = leaf
  for (let level = 0; level < depth; level++) tree = object([['d', tree]])
  return tree
})

const few = (names: readonly string[], inside: fc.Arbitrary<Tree>): fc.Arbitrary<Members> =>
  fc
    .tuple(fc.shuffledSubarray([...names], { minLength: 1 }), fc.array(inside, { minLength: 3, maxLength: 3 }))
    .map(([chosen, values]) => object(chosen.map((one, at) => [one, values[at] ?? null] as const)))
/** The same keys again and again, with other values or without some of them. */
const usual = few(['m', 'a', 'b'], fc.oneof(scalar, few(['a', 'b'], scalar)))

export const metadata: fc.Arbitrary<Members> = fc.oneof(
  { weight: 20, arbitrary: usual },
  { weight: 12, arbitrary: fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }).map(object) },
  {
    weight: 1,
    arbitrary: fc.tuple(name, wide).map(([key, tree]) =>
      object([
        [key, tree],
        ['b', number('1')],
      ]),
    ),
  },
  { weight: 1, arbitrary: wide },
  { weight: 1, arbitrary: deep.map((tree) => object([['m', tree]])) },
)

const STEPS = ['train', 'RUN', '#'] as const
const PIPELINES = ['iris', 'iris-2', 'a b'] as const
const STATUSES = ['running', 'completed', 'failed', 'stopped'] as const

const slot = fc.nat({ max: SLOTS - 1 })
/** `#n` is replaced by the n-th pointer that has a value. */
const pointer = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('/m/a', '/m/b', '/a', '/b', '/m') },
  { weight: 15, arbitrary: fc.nat({ max: 1000 }).map((n) => `#${n}`) },
  { weight: 8, arbitrary: fc.array(memberName, { minLength: 1, maxLength: 3 }).map(pointerOf) },
  { weight: 1, arbitrary: fc.nat({ max: 90 }).map((n) => `/w${n}`) },
  { weight: 1, arbitrary: fc.tuple(name, fc.nat({ max: 90 })).map(([key, n]) => pointerOf([key, `w${n}`])) },
  { weight: 1, arbitrary: fc.integer({ min: 3, max: 64 }).map((depth) => `/m${'/d'.repeat(depth)}`) },
)

export type Change =
  | {
      readonly kind: 'create'
      readonly slot: number
      /** Whether the run takes the slot's own name, which is a prefix of others, or a new name. */
      readonly isNamed: boolean
      readonly pipeline?: string
      readonly status?: string
      readonly index?: boolean
    }
  | {
      readonly kind: 'log'
      readonly slot: number
      readonly metadata: Members
      readonly step?: string
      readonly relatedEntities?: boolean
      /** Whether some values are typed. */
      readonly isTyped: boolean
    }
  | { readonly kind: 'unset'; readonly slot: number; readonly key: string }
  | { readonly kind: 'patch'; readonly slot: number; readonly status?: string; readonly pipeline?: string }
  | { readonly kind: 'delete'; readonly slot: number }

const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined })
/** Removes members that are undefined. */
const dense = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined)) as Fields

export const creation = (where: fc.Arbitrary<number>): fc.Arbitrary<Change> =>
  fc
    .record({
      kind: fc.constant('create' as const),
      slot: where,
      isNamed: fc.boolean(),
      pipeline: optional(fc.constantFrom(...PIPELINES)),
      status: optional(fc.constantFrom(...STATUSES)),
      index: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.boolean() }),
    })
    .map(dense) as fc.Arbitrary<Change>

export const logging = (where: fc.Arbitrary<number>): fc.Arbitrary<Change> =>
  fc
    .record({
      kind: fc.constant('log' as const),
      slot: where,
      metadata,
      step: fc.oneof(
        { weight: 4, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(...STEPS) },
      ),
      relatedEntities: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.boolean() },
      ),
      isTyped: fc.boolean(),
    })
    .map(dense) as fc.Arbitrary<Change>

const statusChange = fc
  .record({
    kind: fc.constant('patch' as const),
    slot,
    status: optional(fc.constantFrom(...STATUSES)),
    pipeline: optional(fc.constantFrom(...PIPELINES)),
  })
  .map(dense) as fc.Arbitrary<Change>

export const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: creation(slot) },
  { weight: 10, arbitrary: logging(slot) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unset' as const), slot, key: name }) },
  { weight: 2, arbitrary: statusChange },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), slot }) },
)

const operators = fc.constantFrom<Op>(
  '=',
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'between',
  'exists',
  'prefix',
  'contains',
)
const comparable = fc.oneof(numbers, strings)
const valueFor = (op: Op): fc.Arbitrary<Tree | undefined> => {
  switch (op) {
    case 'exists':
      return fc.constantFrom(undefined, true, false)
    case 'in':
      return fc.array(scalar, { maxLength: 4 }).map(list)
    case 'between':
      return fc.oneof(fc.tuple(numbers, numbers), fc.tuple(strings, strings)).map((pair): Tree => list(pair))
    case 'prefix':
    case 'contains':
      return strings
    case '=':
    case '!=':
      return scalar
    default:
      return comparable
  }
}

const simple: fc.Arbitrary<Condition> = fc
  .tuple(pointer, operators, fc.option(fc.nat({ max: 1000 }), { nil: undefined, freq: 3 }))
  .chain(([at, op, like]) => valueFor(op).map((against) => dense({ pointer: at, op, value: against, like })))

export const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 6, arbitrary: simple },
    { weight: 1, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })) },
    { weight: 1, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })) },
    { weight: 1, arbitrary: tie('condition').map((not) => ({ not })) },
  ),
}))

/** A search whose slots become ids, names, times and values of the world's runs. */
export interface Query {
  readonly ids?: readonly number[]
  /** The first characters of a slot's name. */
  readonly name?: readonly [slot: number, characters: number]
  /** A part of a slot's name, in upper case or not. */
  readonly nameContains?: readonly [slot: number, from: number, characters: number, isUpper: boolean]
  readonly pipeline?: readonly string[]
  readonly status?: readonly string[]
  /** Milliseconds from the creation of a slot's run. */
  readonly createdAfter?: readonly [slot: number, ms: number]
  readonly createdBefore?: readonly [slot: number, ms: number]
  readonly where?: readonly Condition[]
  readonly select?: readonly string[]
  readonly isFull?: boolean
  readonly order?: string
  readonly limit?: number | undefined
  /** Whether it is sent by GET, if the query string can express it. */
  readonly isGet: boolean
}

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>, weight = 12) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const moment = fc.tuple(slot, fc.integer({ min: -2, max: 2 }))
const order = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof({ weight: 1, arbitrary: fc.constant('createdAt') }, { weight: 3, arbitrary: pointer }),
  )
  .map(([sign, what]) => sign + what)

export const query = fc
  .record({
    ids: rarely(fc.array(slot, { minLength: 1, maxLength: 4 })),
    name: rarely(fc.tuple(slot, fc.integer({ min: 1, max: 12 }))),
    nameContains: rarely(fc.tuple(slot, fc.nat({ max: 4 }), fc.integer({ min: 1, max: 4 }), fc.boolean())),
    pipeline: rarely(fc.array(fc.constantFrom(...PIPELINES), { minLength: 1, maxLength: 3 })),
    status: rarely(fc.array(fc.constantFrom(...STATUSES), { minLength: 1, maxLength: 3 })),
    createdAfter: rarely(moment),
    createdBefore: rarely(moment),
    where: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 3, arbitrary: condition.map((one) => [one]) },
      { weight: 1, arbitrary: fc.array(condition, { minLength: 2, maxLength: 3 }) },
    ),
    select: rarely(fc.uniqueArray(pointer, { minLength: 1, maxLength: 4 }), 2),
    isFull: rarely(fc.constant(true)),
    order: rarely(order, 1),
    limit: fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
    ),
    isGet: fc.boolean(),
  })
  .map(dense) as fc.Arbitrary<Query>

/** Whether a condition is unambiguous in a query string. */
export const isPlainCondition = (one: Condition): one is PointerCondition =>
  'pointer' in one && !/\s/.test(one.pointer) && namesOf(one.pointer).every((part) => part !== '')
