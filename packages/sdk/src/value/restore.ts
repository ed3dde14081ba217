import { memberOf } from './at.ts'
import { namesOf } from './pointer.ts'
import { Typed } from './typed.ts'
import { isNumeric, isValueObject, type Value, type ValueObject } from './value.ts'

/** Applies `types` to the metadata. A value with an unknown type, from a newer server, stays plain. */
export function restore(metadata: ValueObject, types: ValueObject): ValueObject {
  for (const [pointer, type] of Object.entries(types)) {
    const names = namesOf(pointer)
    const last = names.pop() ?? ''
    let parent: Value | undefined = metadata
    for (const name of names) parent = memberOf(parent, name)
    const typed = withType(type, memberOf(parent, last))
    if (typed === undefined) continue
    // An own member, so that this sets one named __proto__ too.
    if (Array.isArray(parent)) parent[Number(last)] = typed
    else if (isValueObject(parent)) parent[last] = typed
  }
  return metadata
}

function withType(type: Value, value: Value | undefined): Typed | undefined {
  switch (type) {
    case 'Uri':
    case 'Path':
    case 'DType':
      return typeof value === 'string' ? new Typed(type, value) : undefined
    case 'StorageSize':
      return isNumeric(value) ? new Typed(type, value) : undefined
    default:
      return undefined
  }
}
