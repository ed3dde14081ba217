import { isValueObject, type Value } from './value.ts'

export const isText = (value: Value | undefined): value is string => typeof value === 'string'

/** Decodes every element of an array. Undefined if it is not an array, or an element has another shape. */
export function allIn<Item>(
  values: Value | undefined,
  decode: (value: Value) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(values)) return undefined
  const items = values.flatMap((value) => decode(value) ?? [])
  return items.length === values.length ? items : undefined
}

/** Members that are strings. Undefined if a required one, which `names` has, is missing. */
export function textsIn<Fields extends { readonly [name in keyof Fields]?: string }>(
  body: Value | undefined,
  names: readonly (keyof Fields & string)[],
  optional: readonly (keyof Fields & string)[] = [],
): Fields | undefined {
  if (!isValueObject(body)) return undefined
  const texts: { [name in keyof Fields]?: string } = {}
  for (const name of [...names, ...optional]) {
    const text = body[name]
    if (isText(text)) texts[name] = text
  }
  return isComplete<Fields>(texts, names) ? texts : undefined
}

// A newer server may have added a status or a role; show it rather than fail.
const isComplete = <Fields extends object>(texts: object, names: readonly (keyof Fields)[]): texts is Fields =>
  names.every((name) => name in texts)
