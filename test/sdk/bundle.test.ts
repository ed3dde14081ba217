import { createContext, runInContext } from 'node:vm'
import { dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { sizes } from '../../scripts/size.ts'
import { API_KEY, clientOf, pipelineRun, receipt, recorder, URL_OF_SERVER } from './stub.ts'

let code = ''
let imports: string[] = []
beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [new URL('../../packages/sdk/src/index.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'runmeta',
    write: false,
    metafile: true,
  })
  code = outputFiles[0]?.text ?? ''
  imports = Object.values(metafile.inputs).flatMap((input) =>
    input.imports.filter((one) => one.external).map((one) => one.path),
  )
})

/** Runs the bundle in a realm with only these globals. */
function load(globals: Record<string, unknown> = {}) {
  const realm = createContext({ ...globals })
  runInContext(code, realm)
  return { realm, evaluate: (text: string): unknown => runInContext(text, realm) }
}

const web = { AbortController, URL, clearTimeout, crypto, performance, setTimeout }

describe('the bundle for a browser', () => {
  test('imports nothing', () => {
    expect(imports).toEqual([])
    expect(code).not.toMatch(/\brequire\(|\bimport\(/)
  })

  test('is small, and the functions that a step needs are half of it', async () => {
    for (const { name, brotli, budget } of await sizes()) expect(brotli, name).toBeLessThanOrEqual(budget)
  })

  test('is empty if a program uses nothing of it', async () => {
    const { outputFiles } = await build({
      stdin: { contents: "import * as runmeta from '@runmeta/sdk'", resolveDir: import.meta.dirname },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    })
    expect(outputFiles[0]?.text).toBe('')
  })

  test('reads no global while it is loaded', () => {
    const asked: string[] = []
    const nothing = (name: string) => ({
      get: () => {
        asked.push(name)
        return undefined
      },
    })
    const names = ['process', 'fetch', 'crypto', 'AsyncLocalStorage', 'console', 'performance', 'setTimeout', 'URL']
    load(
      Object.defineProperties(
        {},
        Object.fromEntries(names.map((name) => [name, { ...nothing(name), enumerable: false }])),
      ),
    )
    expect(asked).toEqual([])
  })

  test('logs and reads without a `process`', async () => {
    const { fetch, sent } = recorder(receipt(), pipelineRun('{"a": 1e400}'))
    const { evaluate } = load({ ...web, fetch, options: { url: URL_OF_SERVER, apiKey: API_KEY } })
    await evaluate('client = new runmeta.Client(options); client.run("nightly").logMetadata({ metadata: { a: [1n] } })')
    expect(sent[0]?.body).toBe('{"metadata":{"a":[1]}}')
    expect(await evaluate('client.getPipelineRun("nightly").then((run) => String(run.runMetadata.a))')).toBe('1e400')
  })

  test.each(['runmeta.withRun("nightly", () => 1)', 'runmeta.step("train", () => 1)()'])(
    'suggests handles if the runtime has no context: %s',
    (call) => {
      const { evaluate } = load(web)
      const text = String(evaluate(`try { ${call} } catch (error) { error.name + ' ' + error.message }`))
      expect(text).toMatch(/^ConfigurationError .*nodejs_compat.*client\.run\(…\)\.logMetadata/)
    },
  )

  test('creates a step without a context; only the calls inside need one', () => {
    expect(() => load(web).evaluate('runmeta.step("train", () => 1)')).not.toThrow()
  })

  test('says what to set if there is no environment', async () => {
    const { evaluate } = load(web)
    const message = 'runmeta.logMetadata({ metadata: { a: 1 } }).catch((error) => error.message)'
    expect(await evaluate(message)).toMatch(/RUNMETA_RUN_ID/)
  })
})

describe('copies of the package in two realms', () => {
  test('recognize each other’s values', async () => {
    const { realm, evaluate } = load(web)
    const { client, sent } = clientOf([receipt()])
    const value = evaluate(
      '({ u: runmeta.uri("x:y"), s: runmeta.storageSize(new runmeta.NumberLiteral("1e400")), d: new Date(0), p: { q: [1] } })',
    )
    await client.run('nightly').logMetadata({ metadata: { value } })
    expect(sent[0]?.body).toBe(
      '{"metadata":{"value":{"u":"x:y","s":1e400,"d":"1970-01-01T00:00:00.000Z","p":{"q":[1]}}},' +
        '"types":{"/value/u":"Uri","/value/s":"StorageSize"}}',
    )
    Object.assign(realm, { mine: [uri('x:y'), path('p'), dtype('d'), storageSize(1), new NumberLiteral('1e400')] })
    const makers = 'runmeta.uri, runmeta.path, runmeta.dtype, runmeta.storageSize, runmeta.NumberLiteral'
    expect(
      evaluate(`[${makers}].every((maker, index) => maker.is(mine[index]) && !maker.is(mine[(index + 1) % 5]))`),
    ).toBe(true)
  })
})
