/** A JSON value in which numbers keep their text and members their order. */
export type Tree = null | boolean | string | Digits | List | Members
export type Scalar = null | boolean | string | Digits

interface Digits {
  readonly kind: 'number'
  readonly text: string
}
interface List {
  readonly kind: 'list'
  readonly items: readonly Tree[]
}
export interface Members {
  readonly kind: 'members'
  readonly members: readonly (readonly [name: string, value: Tree])[]
}

export const number = (text: string): Digits => ({ kind: 'number', text })
export const list = (items: readonly Tree[]): List => ({ kind: 'list', items })
/** If a name is repeated, its last member counts. */
export const object = (members: readonly (readonly [string, Tree])[]): Members => ({
  kind: 'members',
  members: [...new Map(members)],
})

export const isScalar = (tree: Tree): tree is Scalar =>
  tree === null || typeof tree !== 'object' || tree.kind === 'number'

export function textOf(tree: Tree): string {
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree)
  if (tree.kind === 'number') return tree.text
  if (tree.kind === 'list') return `[${tree.items.map(textOf)}]`
  return `{${tree.members.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`)}}`
}

/** Prefix of a string that is the text of a number. */
const MARK = '\u0000number '

/** Parses JSON with marked strings for numbers, so that values are equal only if their digits are. */
export const exact = (json: string): unknown =>
  JSON.parse(
    json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') ? token : JSON.stringify(MARK + token),
    ),
  )

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
export const pointerOf = (names: readonly string[]): string => names.map((name) => `/${escaped(name)}`).join('')
export const namesOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))

export const memberOf = (tree: Tree | undefined, name: string): Tree | undefined => {
  if (tree === undefined || tree === null || typeof tree !== 'object' || tree.kind === 'number') return undefined
  if (tree.kind === 'list') return /^(0|[1-9]\d*)$/.test(name) ? tree.items[Number(name)] : undefined
  return tree.members.find(([one]) => one === name)?.[1]
}

/** The scalars outside arrays, in document order. */
export function* leavesOf(tree: Tree, at: string): Generator<readonly [pointer: string, value: Scalar]> {
  if (isScalar(tree)) {
    yield [at, tree]
    return
  }
  if (tree.kind === 'list') return
  for (const [name, value] of tree.members) yield* leavesOf(value, `${at}/${escaped(name)}`)
}

interface Parts {
  readonly sign: number
  readonly digits: string
  /** Power of ten, with the digits as a fraction of 1. */
  readonly power: bigint
}

function partsOf(text: string): Parts {
  const [, minus, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = whole + fraction
  const zeros = /^0*/.exec(all)?.[0].length ?? 0
  const digits = all.slice(zeros).replace(/0+$/, '')
  if (digits === '') return { sign: 0, digits, power: 0n }
  return { sign: minus === '-' ? -1 : 1, digits, power: BigInt(exponent) + BigInt(whole.length - zeros) }
}

/** Compares two numbers exactly, for sorting. */
function compareNumbers(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)]
  if (a.sign !== b.sign) return a.sign - b.sign
  if (a.power !== b.power) return a.power < b.power ? -a.sign : a.sign
  if (a.digits === b.digits) return 0
  // The digits of fractions compare as text; a shorter text counts as followed by zeros.
  return a.digits < b.digits ? -a.sign : a.sign
}

/** Compares two texts by code points, for sorting. */
export function compareTexts(one: string, other: string): number {
  const [a, b] = [[...one], [...other]]
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export const kindOf = (scalar: Scalar): string => {
  if (scalar === null) return 'null'
  return typeof scalar === 'object' ? scalar.kind : typeof scalar
}

/** Compares two scalars for sorting; undefined if they are of different kinds. */
export function compareScalars(one: Scalar, other: Scalar): number | undefined {
  if (kindOf(one) !== kindOf(other)) return undefined
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other)
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other)
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return 0
  return compareNumbers(one.text, other.text)
}
