const ADVICE: Readonly<Record<string, string>> = {
  Map: 'log Object.fromEntries(it)',
  Set: 'log [...it]',
  Promise: 'await it first',
  RegExp: 'log its source',
  Error: 'log its message',
  ArrayBuffer: 'log where the bytes are, or a string of them',
  DataView: 'log where the bytes are, or a string of them',
  Boolean: 'log its valueOf()',
  Number: 'log its valueOf()',
  String: 'log its valueOf()',
}

/** What an object is, as the language itself names it: `Map`, `Date`, `Uint8Array`. */
export const kindOf = (object: object): string => {
  const builtIn = Object.prototype.toString.call(object).slice('[object '.length, -1)
  return builtIn === 'Object' ? object.constructor?.name || 'class instance' : builtIn
}

/** How to log what is no plain object. */
export const adviceFor = (object: object): string =>
  ADVICE[kindOf(object)] ??
  (ArrayBuffer.isView(object) ? 'log Array.from(it)' : 'log a plain object, or give it a toJSON()')

/** Whether an object is no more than its members: a literal, or one without a prototype, of any realm. */
export function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}
