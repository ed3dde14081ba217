import { Failure } from '../failure.ts'
import { readExactly } from '../json/body.ts'
import { isString, kindOf, orderText } from '../json/order.ts'
import { fromPointer } from '../json/pointer.ts'
import { readTree, type Tree } from '../json/tree.ts'
import { type Comparison, type Condition, OPERATORS, type Operator, pointersOf } from './condition.ts'
import { isJoined, isJoinedPointer } from './joined.ts'
import { MAX_POINTER_PARTS } from './query.ts'

/** Parses conditions of a request. Each error says where in the request the mistake is. */

const refusal = (place: string, reason: string): Failure => new Failure('bad_request', `${place}: ${reason}`)

const ONE_OF = `one of ${OPERATORS.join(' ')}`
const isOperator = (text: string): text is Operator => OPERATORS.some((known) => known === text)

/** @throws Failure `bad_request` */
export function checkPointer(pointer: string, place: string): string {
  if (pointer !== '' && fromPointer(pointer, MAX_POINTER_PARTS) !== undefined) return pointer
  throw refusal(place, 'must be a JSON Pointer (RFC 6901) to a key or below it, such as /run_metrics/accuracy')
}

function scalar(tree: Tree, place: string): string {
  if (tree.kind === 'scalar') return orderText(tree.text)
  throw refusal(place, 'must be a string, a number, true, false or null')
}

function list(tree: Tree, place: string): string[] {
  if (tree.kind !== 'array') throw refusal(place, 'must be an array')
  return tree.items.map((item, at) => scalar(item, `${place}[${at}]`))
}

function flag(tree: Tree | undefined, place: string): boolean {
  if (tree === undefined) return true
  if (tree.kind === 'scalar' && (tree.text === 'true' || tree.text === 'false')) return tree.text === 'true'
  throw refusal(place, 'must be true or false, or left out, for exists')
}

function comparison(pointer: string, op: Operator, given: Tree | undefined, place: string): Comparison {
  if (op === 'exists') return { pointer, op, isThere: flag(given, place) }
  if (given === undefined) throw refusal(place, `is missing; ${op} needs a value`)
  if (op === 'in') {
    const values = list(given, place)
    return { pointer, op, values, among: new Set(values) }
  }
  if (op === 'between') {
    const values = list(given, place)
    const [low, high] = values
    if (values.length !== 2 || low === undefined || high === undefined)
      throw refusal(place, 'must be [low, high] for between')
    if (kindOf(low) !== kindOf(high)) throw refusal(place, 'low and high must be of the same kind')
    return { pointer, op, low, high }
  }
  const value = scalar(given, place)
  if ((op === 'prefix' || op === 'contains') && !isString(value)) throw refusal(place, `must be a string for ${op}`)
  return { pointer, op, value }
}

const FORMS = 'must be {pointer, op, value}, {and: [...]}, {or: [...]} or {not: ...}'

function member(members: ReadonlyMap<string, Tree>, name: string, place: string): string {
  const tree = members.get(name)
  if (tree?.kind === 'scalar' && tree.text.startsWith('"')) return String(JSON.parse(tree.text))
  throw refusal(`${place}.${name}`, tree === undefined ? `is missing; a condition ${FORMS}` : 'must be a string')
}

function onlyMembers(members: ReadonlyMap<string, Tree>, known: readonly string[], place: string): void {
  const unknown = [...members.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw refusal(place, `unknown field ${JSON.stringify(unknown.slice(0, 64))}; a condition ${FORMS}`)
}

function several(tree: Tree, place: string): Condition[] {
  if (tree.kind !== 'array') throw refusal(place, 'must be an array of conditions')
  return tree.items.map((item, at) => conditionFrom(item, `${place}[${at}]`))
}

function conditionFrom(tree: Tree, place: string): Condition {
  if (tree.kind !== 'object') throw refusal(place, FORMS)
  const { members } = tree
  for (const name of ['and', 'or', 'not'] as const) {
    const inner = members.get(name)
    if (inner === undefined) continue
    onlyMembers(members, [name], place)
    if (name === 'not') return { not: conditionFrom(inner, `${place}.not`) }
    const parts = several(inner, `${place}.${name}`)
    return name === 'and' ? { and: parts } : { or: parts }
  }
  onlyMembers(members, ['pointer', 'op', 'value'], place)
  const pointer = checkPointer(member(members, 'pointer', place), `${place}.pointer`)
  const op = member(members, 'op', place)
  if (!isOperator(op)) throw refusal(`${place}.op`, `must be ${ONE_OF}`)
  return comparison(pointer, op, members.get('value'), `${place}.value`)
}

/** Parses `where` of a JSON body: one condition, or an array of conditions that must all hold. */
export function conditionsFromJson(text: string): Condition[] {
  const tree = readTree(text)
  return tree.kind === 'array' ? several(tree, 'where') : [conditionFrom(tree, 'where')]
}

const OPERATOR = OPERATORS.join('|')
const SPLIT = new RegExp(`\\s+(${OPERATOR})(?=\\s|$)`, 'g')

const joined = (place: string, advice = ''): Failure =>
  refusal(
    place,
    `contains several conditions; repeat where for each (all must hold), or use POST /v1/runs/search with {"and": [...]} or {"or": [...]}${advice}`,
  )
const joinedPointer = (place: string): Failure =>
  joined(place, '; put a space on each side of an operator; POST also searches keys with these characters')

function valueFrom(text: string): Tree | undefined {
  const exact = readExactly(text)
  return exact === undefined ? undefined : readTree(exact)
}

/**
 * Parses `<pointer> <op> <JSON>`. A pointer may contain spaces and operators, so the first operator followed by JSON counts.
 * @param place - The name of the parameter, for error messages.
 * @throws Failure `bad_request`
 */
export function conditionFromText(text: string, place: string): Condition {
  const trimmed = text.trim()
  let first: { readonly op: string; readonly column: number } | undefined
  for (const { 0: found, 1: op = '', index } of trimmed.matchAll(SPLIT)) {
    const column = index + found.length
    first ??= { op, column }
    const rest = trimmed.slice(column).trim()
    const value = rest === '' ? undefined : valueFrom(rest)
    if (value === undefined && isJoined(op, rest)) throw joined(`${place} at column ${column + 2}`)
    if (!isOperator(op) || (rest !== '' && value === undefined)) continue
    const before = trimmed.slice(0, index)
    if (isJoinedPointer(before)) throw joinedPointer(`${place} at column 1`)
    const pointer = checkPointer(before, `${place} at column 1`)
    return comparison(pointer, op, value, `${place} at column ${column + 2}`)
  }
  if (first !== undefined) {
    throw refusal(
      `${place} at column ${first.column + 2}`,
      `must be JSON after ${first.op}; strings are in double quotes`,
    )
  }
  throw refusal(
    place,
    `must be <pointer> <op> <JSON>, separated by spaces, such as /accuracy >= 0.9; <op> is ${ONE_OF}`,
  )
}

/** The most comparisons in one search: each key in them costs a read for every candidate. */
const MAX_COMPARISONS = 100

/** @throws Failure `bad_request` */
export function limited(conditions: readonly Condition[]): readonly Condition[] {
  const count = conditions.flatMap(pointersOf).length
  if (count <= MAX_COMPARISONS) return conditions
  throw refusal('where', `has ${count} comparisons; the limit is ${MAX_COMPARISONS}; use "in" for many values`)
}
