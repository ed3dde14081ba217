import assert from 'node:assert/strict'
import { Client, dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, ROOT_KEY, type RunBody, type TestApp, testApp } from '../support/app.ts'

/** Many values in each log, so that 10,000 cases take only 500 logs and 500 reads. */
const VALUES_A_LOG = 20
const LOGS = 500

/** The text of a JSON number, of limited length. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.bigInt().map(String),
  fc
    .tuple(
      fc.boolean(),
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      fc.stringMatching(/^[0-9]{0,20}$/),
      fc.option(fc.integer({ min: -500, max: 500 })),
    )
    .map(([minus, whole, fraction, exponent]) => {
      const point = fraction === '' ? '' : `.${fraction}`
      return `${minus ? '-' : ''}${whole}${point}${exponent === null ? '' : `e${exponent}`}`
    }),
)

/** The text of a JSON string, with some unnecessary escapes. */
const stringText = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.infiniteStream(fc.boolean()))
  .map(([text, escapes]) => {
    const units = Array.from(text, (character) => {
      const { value } = escapes.next()
      const plain = JSON.stringify(character).slice(1, -1)
      if (value === false || plain.length > 2) return plain
      return [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join('')
    })
    return `"${units.join('')}"`
  })

/** The compact text of a JSON value without duplicate names. */
const { valueText } = fc.letrec<{ valueText: string }>((tie) => ({
  valueText: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '""', '{}', '[]'),
    numberText,
    stringText,
    fc.array(tie('valueText'), { maxLength: 4 }).map((values) => `[${values.join()}]`),
    fc
      .uniqueArray(fc.tuple(stringText, tie('valueText')), { maxLength: 4, selector: ([name]) => JSON.parse(name) })
      .map((members) => `{${members.map(([name, value]) => `${name}:${value}`).join()}}`),
  ),
}))

const SPECIAL = ['__proto__', 'constructor', 'toString', 'a.b', 'a/b', 'a~b', 'step::key', '0']
const keyText = fc
  .oneof(fc.constantFrom(...SPECIAL), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  .filter((key) => !/\p{Cc}/u.test(key))

/** A value of the SDK, including typed values and numbers that a double cannot hold. */
const { value: sdkValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, '', -0),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt().filter((value) => value > 9007199254740991n || value < -9007199254740991n),
    fc
      .constantFrom('1e400', '123456789012345678901234567890.5', '1e-400', '-1e999')
      .map((text) => new NumberLiteral(text)),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.webUrl().map(uri),
    fc.constantFrom('/tmp/a', 'b\\c').map(path),
    fc.constantFrom('float32', 'int8').map(dtype),
    fc.maxSafeNat().map(storageSize),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 10 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

describe('10,000 random values', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await testApp()
  })
  const newRun = async () => (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)).id

  it('are read over HTTP byte for byte, with their types', async () => {
    const log = fc.uniqueArray(fc.tuple(keyText, valueText), {
      minLength: VALUES_A_LOG,
      maxLength: VALUES_A_LOG,
      selector: ([key]) => key,
    })
    await fc.assert(
      fc.asyncProperty(log, async (entries) => {
        const metadata = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`
        const pointers = entries
          .filter(([, value]) => value.startsWith('"'))
          .map(([key]) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
        const types = JSON.stringify(Object.fromEntries(pointers.map((pointer) => [pointer, 'Uri'])))
        const run = await newRun()
        await jsonOf(app.send('POST', `/v1/runs/${run}/metadata`, `{"metadata":${metadata},"types":${types}}`), 201)
        const text = await (await app.request(`/v1/runs/${run}`)).text()
        expect(text).toContain(`"metadata":${metadata},"types":`)
        expect((JSON.parse(text) as FullRunBody).types).toEqual(JSON.parse(types))
      }),
      { numRuns: LOGS },
    )
  }, 240_000)

  it('are read by the SDK as the same values', async () => {
    const client = new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch: app.fetch })
    const log = fc.uniqueArray(fc.tuple(keyText, sdkValue), {
      minLength: VALUES_A_LOG,
      maxLength: VALUES_A_LOG,
      selector: ([key]) => key,
    })
    await fc.assert(
      fc.asyncProperty(log, async (entries) => {
        const metadata = Object.fromEntries(entries)
        const run = await client.createRun()
        await run.logMetadata({ metadata })
        const { runMetadata } = await client.getPipelineRun(run.id)
        // Not `toEqual`, which reads a key named `constructor` as the type.
        assert.deepStrictEqual(runMetadata, metadata)
      }),
      { numRuns: LOGS },
    )
  }, 240_000)
})

describe('any legal name', () => {
  it('finds its run over HTTP', async () => {
    const app = await testApp()
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 255 })
      .filter((text) => [...text].length <= 255 && !/[\p{Cc}/\\#?%]/u.test(text) && text !== '.' && text !== '..')
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const body = JSON.stringify({ name: text })
        const created = await jsonOf<RunBody>(app.send('POST', '/v1/runs', body), 201).catch(() =>
          jsonOf<RunBody>(app.send('POST', '/v1/runs', body), 200),
        )
        const read = await jsonOf<RunBody>(app.request(`/v1/runs/${encodeURIComponent(text)}`))
        expect(read).toMatchObject({ id: created.id, name: text })
      }),
      { numRuns: 500 },
    )
  })
})
