import { isNumeric, type Value } from '@runmeta/sdk'
import { textOf, untyped } from './value.ts'

/** The most characters of a value that a cell shows before it is opened. */
const MAX_CHARACTERS = 120
/** Characters that are shown before a difference. */
const BEFORE = 25

/** Whether a cell shows only an excerpt of a value with this text. Numbers are shown whole, because any digit may matter. */
export const isExcerpt = (value: Value, text: string): boolean =>
  text.length > MAX_CHARACTERS && !isNumeric(untyped(value))

/** A part of a text that is too long for a cell, with signs where it is cut. */
export function excerptOf(text: string, from: number): string {
  const end = from + MAX_CHARACTERS
  return `${from > 0 ? '…' : ''}${text.slice(from, end)}${end < text.length ? '…' : ''}`
}

function sharedLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  let length = 0
  while (length < most && one[length] === other[length]) length++
  return length
}

/** Where the excerpt of each value begins, so that it differs from the excerpts of all values that differ. */
export function excerptStarts(values: readonly (Value | undefined)[]): number[] {
  const texts = values.map((value) => {
    if (value === undefined) return ''
    const text = textOf(value)
    return isExcerpt(value, text) ? text : ''
  })
  const distinct = [...new Set(texts)]
  return texts.map((text) => {
    const shared = Math.max(0, ...distinct.map((other) => (other === text ? 0 : sharedLength(text, other))))
    return shared < MAX_CHARACTERS - BEFORE ? 0 : Math.min(shared - BEFORE, text.length - MAX_CHARACTERS)
  })
}
