import { conditionsStart, OPERATORS } from './query.ts'
import type { KnownPointer } from './sample.ts'

export interface Suggestion {
  readonly label: string
  readonly hint: string
  /** The text of the box after accepting it. */
  readonly text: string
  /** The position of the caret after accepting it. */
  readonly caret: number
}

const MAX_SUGGESTIONS = 50

const HINTS: Readonly<Record<string, string>> = {
  '=': 'equals',
  '!=': 'differs, or is missing',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
  in: 'one of a list',
  between: 'in a range, ends included',
  exists: 'has any value',
  prefix: 'text begins with',
  contains: 'text contains',
}

const TEXT_OPERATORS = ['=', '!=', 'contains', 'prefix', 'in', 'exists']
const NUMBER_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'exists']

/** Suggestions at the caret, from the metadata of the sampled runs. */
export function complete(text: string, caret: number, known: readonly KnownPointer[]): Suggestion[] {
  const before = text.slice(0, caret)
  const start = currentStart(before)
  if (start === undefined) return []
  const part = before.slice(start)
  const put = (from: number, word: string): Pick<Suggestion, 'text' | 'caret'> => {
    const upTo = before.slice(0, from) + word
    return { text: upTo + text.slice(caret), caret: upTo.length }
  }
  const chosen = known.find(({ pointer }) => part.startsWith(`${pointer} `))
  if (chosen === undefined) {
    const wanted = part.toLowerCase()
    const pointers = known
      .filter(({ pointer }) => pointer.toLowerCase().includes(wanted.slice(1)) && pointer !== part)
      .slice(0, MAX_SUGGESTIONS)
      .map(({ pointer, kind }) => ({ label: pointer, hint: kind, ...put(start, `${pointer} `) }))
    const [, typed, begun = ''] = /^(\/.*\S)\s+(\S*)$/.exec(part) ?? []
    if (typed === undefined || hasOperator(typed)) return pointers
    return [...pointers, ...operators(OPERATORS, begun, (name) => put(before.length - begun.length, name))]
  }
  const rest = part.slice(chosen.pointer.length + 1)
  const from = start + chosen.pointer.length + 1
  const op = OPERATORS.find((name) => rest.startsWith(`${name} `))
  if (op === undefined) {
    const fitting: readonly string[] =
      chosen.kind === 'number' || chosen.kind === 'StorageSize' ? NUMBER_OPERATORS : TEXT_OPERATORS
    return operators(fitting, rest, (name) => put(from, name))
  }
  const value = rest.slice(op.length + 1)
  if (!['=', '!=', '<', '<=', '>', '>=', 'contains', 'prefix'].includes(op)) return []
  return chosen.values
    .filter((json) => json.startsWith(value) && json !== value)
    .slice(0, MAX_SUGGESTIONS)
    .map((json) => ({ label: json, hint: 'logged', ...put(from + op.length + 1, json) }))
}

/** The operators that begin with the typed text. */
const operators = (
  all: readonly string[],
  begun: string,
  put: (word: string) => Pick<Suggestion, 'text' | 'caret'>,
): Suggestion[] =>
  all
    .filter((name) => name.startsWith(begun) && name !== begun)
    .map((name) => ({ label: name, hint: HINTS[name] ?? '', ...put(`${name} `) }))

const hasOperator = (text: string): boolean => OPERATORS.some((name) => `${text} `.includes(` ${name} `))

/** The beginning of the condition at the caret. */
function currentStart(before: string): number | undefined {
  const first = conditionsStart(before)
  if (first >= before.length) return undefined
  let start = first
  for (const { 0: joint, index } of before.matchAll(/(?:\sand\s*|(?:,|&&)\s*)(?=\/)/gi))
    start = Math.max(start, index + joint.length)
  return start
}
