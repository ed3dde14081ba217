import { badRequest } from '../error/api.ts'
import { namesOf } from './pointer.ts'
import { isValueObject, type Value } from './value.ts'

/** A member or an element. Undefined if the value has none of that name. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined
  return isValueObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The value at a JSON Pointer. Undefined if there is none. @throws BadRequestError if it is not a JSON Pointer */
export function valueAt(metadata: object, pointer: string): Value | undefined {
  if (typeof pointer !== 'string' || !/^(?:\/(?:[^~]|~[01])*)?$/.test(pointer)) {
    throw badRequest(`pointer: must be a JSON Pointer such as /run_metrics/accuracy; did you mean /${pointer}?`)
  }
  const root: Value = { ...metadata }
  return namesOf(pointer).reduce<Value | undefined>(memberOf, root)
}
