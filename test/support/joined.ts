import fc from 'fast-check'

/** Texts of two valid conditions in one. */

const pointer = fc.stringMatching(/^(?:\/[A-Za-z0-9_.-]{0,5}(?: [A-Za-z0-9]{1,5})?){1,3}$/)
const literal = fc.constantFrom(
  '0',
  '-1.5',
  '1e3',
  'true',
  'false',
  'null',
  '""',
  '"a, /b = 1"',
  '"a\\" and /b"',
  '"é"',
)
const text = fc.constantFrom('"x"', '"= 1 or /a"')
const array = fc.constantFrom('[1, 2]', '["a", "b, /c = 1"]')
const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), literal),
  fc.tuple(fc.constantFrom('prefix', 'contains'), text),
  fc.tuple(fc.constantFrom('in', 'between'), array),
  fc.tuple(fc.constant('exists'), fc.constantFrom('', 'true', 'false')),
)
const condition = fc.tuple(pointer, comparison).map(([at, [op, value]]) => `${at} ${op} ${value}`.trimEnd())

/** Two conditions with something between them that joins them, with or without spaces. */
export const joinedBy = (...joiners: readonly string[]): fc.Arbitrary<string> => {
  const space = fc.constantFrom('', ' ', '  ')
  return fc.tuple(condition, space, fc.constantFrom(...joiners), space, condition).map((parts) => parts.join(''))
}
