import fc, { type Arbitrary } from 'fast-check'

/** Almost valid HTTP/1.1, from a grammar in which each part can be replaced. */

/** Mostly valid. */
const mostly = (right: string, ...wrong: string[]): Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    { weight: wrong.length > 0 ? 2 : 0, arbitrary: fc.constantFrom(right, ...wrong) },
  )

const END = mostly('\r\n', '\n', '\r', '\r\r\n', '', ' \r\n')
const SPACE = mostly(' ', '  ', '\t', '', '\u0000')
const METHOD = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'PUT',
      'OPTIONS',
      'TRACE',
      'CONNECT',
      'PRI',
      'QUERY',
      'M-SEARCH',
      'get',
      'GE T',
      '',
      '\u0000',
      'X'.repeat(2000),
    ),
  },
)
const TARGET = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '/v1/runs',
      '/v1/limits',
      '/v1/runs/iris',
      '/v1/runs/iris/metadata',
      '/v1/health',
      '/docs',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '*',
      '/',
      '//',
      '/v1/runs/%',
      '/v1/runs/%ff',
      '/v1/../v1/limits',
      'http://a/v1/limits',
      'http://[::1/v1',
      'https://a:99999/',
      '/v1/limits#a',
      '/\u00e9',
      '/v1/runs/\u0000',
      `/${'a'.repeat(20_000)}`,
      'a:80',
      '/v1/limits?a=b&a=c',
      '\\v1\\limits',
    ),
  },
)
const VERSION = mostly('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.', 'http/1.1', '', 'HTTP/1.1 extra')

const HEADERS: readonly (readonly [name: string, ...values: string[]])[] = [
  ['Host', 'a', '', 'a b', '[::1', 'a:99999', '\u0000', 'a, b', 'x'.repeat(300)],
  ['Content-Length', '2', '0', '-1', '+2', '0x2', '2, 2', '2 2', '99999999999999999999', '5000000', 'NaN', ''],
  ['Transfer-Encoding', 'chunked', 'gzip', 'chunked, chunked', 'identity', ' chunked', 'xchunked', ''],
  ['Content-Type', 'application/json', 'text/plain', 'application/json; charset=latin1', ''],
  ['Connection', 'close', 'keep-alive', 'upgrade', 'x-request-id', 'close, keep-alive'],
  ['Expect', '100-continue', 'miracles', ''],
  ['Upgrade', 'websocket', 'h2c'],
  ['X-Request-Id', 'mine', 'a b', '\u00e9', 'x'.repeat(300), '<script>'],
  ['Authorization', 'Bearer wrong', 'Bearer', 'Basic a', `Bearer ${'x'.repeat(9000)}`],
  ['Cookie', 'a=b', '\u0000'],
  ['X-Forwarded-For', '192.0.2.1'],
  ['Trailer', 'X-A'],
  ['', 'no name'],
  ['Bad Name', 'x'],
  ['X-Fold', 'a\r\n b'],
  ['X-Long', 'x'.repeat(20_000)],
]

const header: Arbitrary<string> = fc
  .constantFrom(...HEADERS)
  .chain(([name, ...values]) =>
    fc
      .tuple(fc.constantFrom(...values), mostly(': ', ':', ' : ', ' ', ':\t'), END)
      .map(([value, colon, end]) => name + colon + value + end),
  )

const chunk = fc
  .tuple(fc.string({ unit: 'binary-ascii', maxLength: 20 }), mostly('right', 'wrong', 'hex', 'extended', 'huge'), END)
  .map(([text, size, end]) => {
    const sizes: Record<string, string> = {
      wrong: String(text.length + 3),
      hex: 'zz',
      extended: `${text.length.toString(16)};a="b"`,
      huge: 'fffffffffffffffff',
    }
    return `${sizes[size] ?? text.length.toString(16)}${end}${text}${end}`
  })

const BODY = fc.oneof(
  fc.constant('{}'),
  fc.constant(''),
  fc.json(),
  fc.string({ unit: 'binary-ascii' }),
  fc
    .tuple(fc.array(chunk, { maxLength: 4 }), mostly('0\r\n\r\n', '0\r\nX-A: b\r\n\r\n', '', '0'))
    .map(([chunks, last]) => chunks.join('') + last),
)

/** The headers of an authorized request, so that its body is read. */
const wellMeant = (key: string): Arbitrary<string> =>
  fc.option(fc.constant(`Host: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`), {
    nil: '',
    freq: 3,
  })

const requestOf = (key: string): Arbitrary<string> =>
  fc
    .tuple(METHOD, SPACE, TARGET, SPACE, VERSION, END, wellMeant(key), fc.array(header, { maxLength: 5 }), END, BODY)
    .map(([method, one, target, other, version, end, meant, headers, last, body]) =>
      [method, one, target, other, version, end, meant, ...headers, last, body].join(''),
    )

/** A valid request, so that some broken ones follow one. */
const wholeOf = (key: string): Arbitrary<string> =>
  fc.constant(
    `POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  )

/** The bytes of one connection: one request or several. */
export const brokenOf = (key: string): Arbitrary<string> => {
  const either = fc.oneof({ weight: 8, arbitrary: requestOf(key) }, { weight: 1, arbitrary: wholeOf(key) })
  return fc.array(either, { minLength: 1, maxLength: 3 }).map((requests) => requests.join(''))
}
