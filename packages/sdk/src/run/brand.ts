import { has } from '../value/brand.ts'

/** Marks the handles of every copy of this package. */
export const RUN_HANDLE: unique symbol = Symbol.for('runmeta.RunHandle')

/** Whether a value is a handle, whichever copy of this package made it. */
export const isRunHandle = <Handle extends object>(given: Handle | string): given is Handle => has(given, RUN_HANDLE)
