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

/** An environment variable; an empty one counts as not set, and so does one that this runtime does not let be read. */
export function environment(name: string): string | undefined {
  try {
    return hostProcess()?.env?.[name] || undefined
  } catch {
    return undefined
  }
}

/** A new storage, or nothing where the runtime has none. */
export function asyncStorage<Store>(): AsyncStorage<Store> | undefined {
  // Asked for at run time, not imported: a bundle for browsers has no such module. Some edge runtimes have it as a global.
  const Storage: AsyncStorageClass | undefined =
    hostProcess()?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ??
    Reflect.get(globalThis, 'AsyncLocalStorage')
  return Storage === undefined ? undefined : new Storage()
}
