/**
 * Recognises values, whichever copy of this package made them. Separate from their classes, which a program
 * that only logs does not need.
 */
export const LITERAL: unique symbol = Symbol.for('runmeta.NumberLiteral')
export const TYPED: unique symbol = Symbol.for('runmeta.Typed')

/** Whether a value has a mark of this package. */
export const has = (value: unknown, mark: symbol): boolean =>
  typeof value === 'object' && value !== null && mark in value

/** Whether a value is a `NumberLiteral`. */
export const isLiteral = (value: unknown): value is { readonly text: string } => has(value, LITERAL)

/** Whether a value is a typed value. */
export const isTyped = (value: unknown): value is { readonly type: string; readonly value: unknown } =>
  has(value, TYPED)
