import { readFile } from 'node:fs/promises'
import type { DashboardFiles } from './files.ts'

/** Matches the names of built files. No match leads out of the folder. */
const NAME = /^[a-z][\w-]*(?:\.\w+)+$/i

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The files of a built dashboard in a folder. Each is read on its first request, to keep the start fast. */
export function dashboardFrom(folder: URL): DashboardFiles {
  const read = new Map<string, Promise<Uint8Array | undefined>>()
  return async (name) => {
    if (!NAME.test(name)) return undefined
    const known = read.get(name)
    if (known !== undefined) return known
    const reading = readFile(new URL(name, folder)).catch((error: unknown) => {
      read.delete(name)
      if (isAbsent(error)) return undefined
      throw error
    })
    read.set(name, reading)
    return reading
  }
}

/**
 * The dashboard according to `RUNMETA_DASHBOARD`: `on`, which is the default, or `off`.
 * @param folder The folder of the build, with a trailing slash
 * @throws Error for any other value
 */
export function dashboardSetting(
  { RUNMETA_DASHBOARD: text }: Readonly<Record<string, string | undefined>>,
  folder: URL,
): DashboardFiles | undefined {
  if (text === 'off') return undefined
  if (text === undefined || text === '' || text === 'on') return dashboardFrom(folder)
  throw new Error('RUNMETA_DASHBOARD must be on or off')
}
