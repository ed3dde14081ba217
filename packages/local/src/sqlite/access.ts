import { accessSync, constants, statSync } from 'node:fs'

/**
 * Throws if there is something at a path that is no file, or that this user cannot write to: SQLite would open it for
 * reading only, or not say what is wrong.
 */
export function checkWritable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.isDirectory()) throw new Error(`${file} is a directory, not a file; move it away`)
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new Error(`${file} ${notWritable(error instanceof Error ? error.message : String(error))}`, { cause: error })
  }
}

export const notWritable = (detail: string): string =>
  `cannot be opened for writing (${detail}); check its owner and permissions`
