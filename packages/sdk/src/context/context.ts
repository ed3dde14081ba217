import { ConfigurationError } from '../error/local.ts'
import { type AsyncStorage, asyncStorage } from '../host.ts'
import type { Calls } from '../run/handle.ts'

/** The context of a call. Several copies of this package in one program share it, so members may be added but not removed. */
export interface Context {
  readonly client: Calls | undefined
  /** Id, name or prefix. */
  readonly run: string | undefined
  readonly step: string | undefined
  /** Whether the run is named by a complete id. */
  readonly exact?: boolean
  /** The run's name, if `run` is its id and both are known. */
  readonly name?: string | undefined
}

const NONE: Context = { client: undefined, run: undefined, step: undefined }

/** The key of the storage that all copies of this package share: a program may have an ESM and a CommonJS copy, or two versions. */
const STORAGE: unique symbol = Symbol.for('runmeta.context')

const storageOf = (): AsyncStorage<Context> | undefined => Reflect.get(globalThis, STORAGE)

/** The run and the step around the call. */
export const currentContext = (): Context => storageOf()?.getStore() ?? NONE

/**
 * Calls `fn` in a context. If `fn` returns a generator, it runs in that context as well, whenever it is iterated.
 *
 * @throws ConfigurationError if the runtime has no AsyncLocalStorage
 */
export function within<Result>(contextOf: () => Context, fn: () => Result): Result {
  const storage = storageOf() ?? asyncStorage<Context>()
  if (storage === undefined) {
    throw new ConfigurationError(
      'no AsyncLocalStorage in this runtime (on Workers set nodejs_compat): use client.run(…).logMetadata(…)',
    )
  }
  Reflect.set(globalThis, STORAGE, storage)
  const result = storage.run(contextOf(), fn)
  if (isGenerator(result)) keep(result, (call) => storage.run(contextOf(), call))
  return result
}

/** The methods that drive a generator; `yield*` and `for` call them too. */
const DRIVERS = ['next', 'return', 'throw'] as const

type Generating = Record<(typeof DRIVERS)[number], (...given: unknown[]) => unknown>

/** Whether a value is a generator or an async generator, including those that compilers emit for older targets. */
function isGenerator(value: unknown): value is Generating {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value) &&
    DRIVERS.every((name) => typeof Reflect.get(value, name) === 'function')
  )
}

/** Runs a generator in a context. Without it the body would run in the context of each caller of `next`. */
function keep(generator: Generating, inContext: (call: () => unknown) => unknown): void {
  for (const name of DRIVERS) {
    const drive = generator[name]
    generator[name] = (...given) => inContext(() => drive.apply(generator, given))
  }
}
