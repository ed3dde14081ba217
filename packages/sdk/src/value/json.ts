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

/** Members that are strings. Undefined if a required one is missing. */
export function textsIn<Name extends string, Optional extends string = never>(
  body: Value | undefined,
  names: readonly Name[],
  optional: readonly Optional[] = [],
): ({ [name in Name]: string } & { [name in Optional]?: string }) | undefined {
  if (!isValueObject(body)) return undefined
  const texts: { [name in Name | Optional]?: string } = {}
  for (const name of [...names, ...optional]) {
    const text = body[name]
    if (isText(text)) texts[name] = text
  }
  return isComplete(texts, names) ? texts : undefined
}

const isComplete = <Name extends string, Texts extends { [name in Name]?: string }>(
  texts: Texts,
  names: readonly Name[],
): texts is Texts & { [name in Name]: string } => names.every((name) => texts[name] !== undefined)
