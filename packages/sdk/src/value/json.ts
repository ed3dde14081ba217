import { isValueObject, type Value, type ValueObject } from './value.ts'

export const isText = (value: Value | undefined): value is string => typeof value === 'string'

/** A JSON object whose numbers may be rounded, as is enough for what has no metadata in it. @throws SyntaxError */
export function parseObject(text: string): ValueObject | undefined {
  const body: Value = JSON.parse(text)
  return isValueObject(body) ? body : undefined
}

/** Those members that are strings. */
export function textsOf<Name extends string>(
  body: ValueObject | undefined,
  names: readonly Name[],
): { [name in Name]?: string } {
  const texts: { [name in Name]?: string } = {}
  for (const name of names) {
    const text = body?.[name]
    if (isText(text)) texts[name] = text
  }
  return texts
}

/** Members that are strings; nothing where one that must be there is missing. */
export function textsIn<Name extends string, Optional extends string = never>(
  body: Value | undefined,
  names: readonly Name[],
  optional: readonly Optional[] = [],
): ({ [name in Name]: string } & { [name in Optional]?: string }) | undefined {
  const object = isValueObject(body) ? body : undefined
  const texts = textsOf(object, names)
  return isComplete(texts, names) ? { ...texts, ...textsOf(object, optional) } : undefined
}

const isComplete = <Name extends string>(
  texts: { [name in Name]?: string },
  names: readonly Name[],
): texts is { [name in Name]: string } => names.every((name) => texts[name] !== undefined)
