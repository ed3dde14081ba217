import { isLiteral, isTyped } from './brand.ts'
import type { NumberLiteral } from './number.ts'
import type { Typed } from './typed.ts'

/** A value as it is read: any JSON value, with typed values at any depth and exact numbers. */
export type Value = null | boolean | number | bigint | string | NumberLiteral | Typed | Value[] | ValueObject

/** An object of values. Every name is an own member, including `__proto__`. */
export interface ValueObject {
  [name: string]: Value
}

/** Whether a value is an object with members, and not an array, a typed value or a number literal. */
export const isValueObject = (value: Value | undefined): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLiteral(value) && !isTyped(value)

/** Whether a value is a number in any form. */
export const isNumeric = (value: Value | undefined): value is number | bigint | NumberLiteral =>
  typeof value === 'number' || typeof value === 'bigint' || isLiteral(value)
