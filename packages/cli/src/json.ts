import type { Value } from '@runmeta/sdk'
import { write } from '@runmeta/sdk/value/write'

/** Serializes without a limit of nesting: the server has checked its values, and a reply has brackets around them. */
const written = (object: object) => write(object, undefined, Number.POSITIVE_INFINITY)

/** A value as JSON, with all digits of numbers, and with the content of typed values. */
export const jsonOf = (value: unknown): string => written({ '': value }).text.slice('{"":'.length, -1)

/** Metadata as the API returns it: the values, and their types by JSON Pointer. */
export function metadataJson(metadata: object): string {
  const { text, types } = written(metadata)
  return `"metadata":${text},"types":${JSON.stringify(Object.fromEntries(types))}`
}

/** A value as text on one line: a string without quotes, everything else as JSON. */
export const textOf = (value: Value | undefined): string => {
  if (value === undefined) return ''
  return visible(typeof value === 'string' ? value : jsonOf(value).replace(/^"(.*)"$/s, '$1'))
}

/** Text that is safe to print: control characters are escaped. */
export const visible = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) =>
    JSON.stringify(character).length > 3
      ? JSON.stringify(character).slice(1, -1)
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
