import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { answer, made, REGION } from './mocks.ts'
import type { Evaluation, Resource, Task } from './stack.ts'

/**
 * Evaluates a configuration that synth.ts has bundled. It is a separate process, because Pulumi's state is global, and a
 * component that throws inside an output leaves the evaluation pending forever.
 */

interface Inputs {
  [name: string]: unknown
}

interface Options {
  readonly retainOnDelete?: boolean
  readonly protect?: boolean
}

interface Mocks {
  newResource(asked: { type: string; name: string; inputs: Inputs; id?: string; custom?: boolean }): object
  call(asked: { token: string; inputs: Inputs }): object
}

/** The used part of Pulumi, which SST's set-up installs. */
interface Pulumi {
  readonly Output: { isInstance(value: unknown): value is { promise(): Promise<unknown> } }
  readonly runtime: {
    setMocks(mocks: Mocks, project: string, stack: string, preview: boolean): Promise<void>
    runInPulumiStack(program: () => Promise<void>): Promise<unknown>
    registerStackTransformation(see: (resource: { type: string; name: string; opts: Options }) => undefined): void
    disconnect(): Promise<void>
    isRpcSecret(value: unknown): boolean
    unwrapRpcSecret(value: unknown): unknown
  }
}

/** A fake of SST's command line, which the components call during the evaluation. @returns its address */
async function commandLine(): Promise<string> {
  const replies: Record<string, (input: Inputs) => unknown> = {
    'Provider.Aws.Bootstrap': () => ({ asset: 'assets', state: 'state', assetEcrUrl: '', assetEcrRegistryId: '' }),
    'Runtime.Build': ({ bundle, handler }) => {
      if (typeof bundle !== 'string') throw new Error('the function has no bundle of its own')
      return { out: bundle, handler, errors: [] }
    },
  }
  const server = createServer(async (request, response) => {
    const { method, params } = JSON.parse(await text(request))
    const reply = replies[method]
    try {
      if (reply === undefined) throw new Error(`rpc: can't find method ${method}`)
      response.end(JSON.stringify({ id: 1, result: reply(params[0]), error: null }))
    } catch (error) {
      response.end(JSON.stringify({ id: 1, result: null, error: String(error) }))
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

async function evaluate({ root, stage, secrets }: Task): Promise<Evaluation<Inputs>> {
  const platform = join(root, '.sst', 'platform')
  const module = (name: string) => import(pathToFileURL(join(platform, name)).href)
  const pulumi: Pulumi = createRequire(join(platform, 'package.json'))('@pulumi/pulumi')
  const { runtime, Output } = pulumi

  for (const [name, value] of Object.entries(secrets)) process.env[`SST_SECRET_${name}`] = value
  Object.assign(process.env, { SST_SERVER: await commandLine(), SST_AWS_REGION: REGION })

  const app = (await module('app.mjs')).default({ stage })
  const { name, removal = 'retain', protect = false, home, providers = {} } = app
  const paths = { home: tmpdir(), root, work: join(root, '.sst'), platform }
  Object.assign(globalThis, {
    $app: { name, stage, removal, protect, home, providers },
    $cli: { command: 'deploy', dev: false, paths, state: { version: {} } },
  })

  const options = new Map<string, Options>()
  const registered: Omit<Resource<Inputs>, 'isRetained' | 'isProtected'>[] = []
  const newResource: Mocks['newResource'] = (asked) => {
    const { type, name, custom = false } = asked
    const secret = Object.keys(asked.inputs).filter((key) => runtime.isRpcSecret(asked.inputs[key]))
    const inputs = Object.fromEntries(
      Object.entries(asked.inputs).map(([key, value]) => [key, runtime.unwrapRpcSecret(value)]),
    )
    if (registered.some((other) => other.type === type && other.name === name)) throw new Error(`${type} ${name} twice`)
    if (custom) registered.push({ type, name, inputs, secret })
    return made({ ...asked, inputs })
  }
  await runtime.setMocks({ newResource, call: ({ token, inputs }) => answer(token, inputs) }, name, stage, false)

  const program = await module('program.mjs')
  let outputs: Inputs = {}
  await runtime.runInPulumiStack(async () => {
    // The mocks get only a resource's inputs, and SST's transformations change the options afterwards.
    runtime.registerStackTransformation(({ type, name, opts }) => void options.set(`${type} ${name}`, opts))
    outputs = await program.start()
  })
  await runtime.disconnect()

  const shown: Inputs = {}
  for (const [key, value] of Object.entries(outputs)) {
    shown[key] = Output.isInstance(value) ? await value.promise() : value
  }
  const resources = registered.map((resource): Resource<Inputs> => {
    const { retainOnDelete = false, protect = false } = options.get(`${resource.type} ${resource.name}`) ?? {}
    return { ...resource, isRetained: retainOnDelete, isProtected: protect }
  })
  return { app, resources, outputs: shown }
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})

const [, , task = '', result = ''] = process.argv
await writeFile(result, JSON.stringify(await evaluate(JSON.parse(task))))
process.exit(0)
