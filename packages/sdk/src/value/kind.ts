const ADVICE: Readonly<Record<string, string>> = {
  Map: 'log Object.fromEntries(it)',
  Set: 'log [...it]',
  Promise: 'await it first',
  Error: 'log its message',
  RegExp: 'log its source',
}

const tagOf = (object: object): string => Object.prototype.toString.call(object).slice('[object '.length, -1)

/** The built-in name of an object's kind: `Map`, `Date`, `Uint8Array`. */
export const kindOf = (object: object): string => {
  const tag = tagOf(object)
  return tag === 'Object' ? object.constructor?.name || 'class instance' : tag
}

/** How to log values that are not plain objects. */
export const adviceFor = (object: object): string =>
  ADVICE['then' in object ? 'Promise' : kindOf(object)] ??
  (ArrayBuffer.isView(object) ? 'log Array.from(it)' : 'log its valueOf() or other plain data, or give it a toJSON()')

/**
 * Whether an object's members are its content: a literal, an object without a prototype, or an instance of a class written
 * in JavaScript. A built-in object, such as a Map, keeps its content elsewhere.
 */
export function isData(object: object): boolean {
  if (typeof Reflect.get(object, 'then') === 'function') return false
  const prototype: unknown = Object.getPrototypeOf(object)
  const isPlain = prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
  return isPlain || tagOf(object) === 'Object'
}
