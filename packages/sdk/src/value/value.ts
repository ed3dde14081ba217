import { isLiteral, isTyped } from './brand.ts'
import type { NumberLiteral } from './number.ts'
import type { Typed } from './typed.ts'

/** What can be read: any JSON value, with typed values at any depth, and with numbers that are exact. */
export type Value = null | boolean | number | bigint | string | NumberLiteral | Typed | Value[] | ValueObject

/** An object of values; every name is a member of its own, `__proto__` too. */
export interface ValueObject {
  [name: string]: Value
}

/** Whether a value that was read is an object with members: no array, typed value or number literal. */
export const isValueObject = (value: Value | undefined): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLiteral(value) && !isTyped(value)

/** Whether a value that was read is a number, in whichever form. */
export const isNumeric = (value: Value | undefined): value is number | bigint | NumberLiteral =>
  typeof value === 'number' || typeof value === 'bigint' || isLiteral(value)

/** Adds or replaces a member, also one whose name objects inherit. */
export function setMember<Member>(object: Record<string, Member>, name: string, value: Member): void {
  if (name in object) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
    return
  }
  object[name] = value
}
