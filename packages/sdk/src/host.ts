import { ConfigurationError } from './error/local.ts'

/** The part of `AsyncLocalStorage` that carries a context through asynchronous calls. */
export interface AsyncStorage<Store> {
  run<Result>(store: Store, fn: () => Result): Result
  getStore(): Store | undefined
}

type AsyncStorageClass = new <Store>() => AsyncStorage<Store>

/** The part of `process` that is used here. A runtime may have all of it, some or none. */
interface HostProcess {
  readonly env?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?(id: string): { readonly AsyncLocalStorage: AsyncStorageClass } | undefined
}

const hostProcess = (): HostProcess | undefined => Reflect.get(globalThis, 'process')

/** Reads an environment variable. An empty one counts as not set, and so does one that the runtime does not allow to be read. */
export function environment(name: string): string | undefined {
  try {
    return hostProcess()?.env?.[name] || undefined
  } catch {
    return undefined
  }
}

/** Whether `RUNMETA_DISABLED` is set: then nothing is sent. */
export const isDisabled = (): boolean => !/^(?:0|false)$/i.test(environment('RUNMETA_DISABLED') ?? '0')

/** Creates a storage. Undefined if the runtime has none. */
export function asyncStorage<Store>(): AsyncStorage<Store> | undefined {
  // Looked up on use, not imported: a browser bundle has no such module. Some edge runtimes have it as a global.
  const Storage: AsyncStorageClass | undefined =
    hostProcess()?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ??
    Reflect.get(globalThis, 'AsyncLocalStorage')
  return Storage === undefined ? undefined : new Storage()
}

/** Whether this is a page or a worker of a browser, where a request may fail for the page's origin. */
export const isBrowser = (): boolean => 'location' in globalThis && hostProcess()?.env === undefined

/** A random UUID, version 4. `crypto.randomUUID` is missing in pages served over plain http. @throws ConfigurationError */
export function randomId(): string {
  const { crypto } = globalThis
  if (typeof crypto?.getRandomValues !== 'function') {
    throw new ConfigurationError('no crypto.getRandomValues in this runtime')
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-a$4-')
}
