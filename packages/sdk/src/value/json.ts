import { isValueObject, type Value, type ValueObject } from './value.ts'

export const isText = (value: Value | undefined): value is string => typeof value === 'string'

/** A JSON object whose numbers may be rounded, as is enough for what has no metadata in it. @throws SyntaxError */
export function parseObject(text: string): ValueObject | undefined {
  const body: Value = JSON.parse(text)
  return isValueObject(body) ? body : undefined
}

/** Those members that are strings. */
export function textsOf<Name extends string>(body: ValueObject, ...names: Name[]): { [name in Name]?: string } {
  const texts: { [name in Name]?: string } = {}
  for (const name of names) {
    const text = body[name]
    if (isText(text)) texts[name] = text
  }
  return texts
}
