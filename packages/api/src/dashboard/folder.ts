import { readFile } from 'node:fs/promises'
import type { DashboardFiles } from './files.ts'

/** The names that a build gives, and none that leads out of the folder. */
const NAME = /^[a-z][\w-]*(?:\.\w+)+$/i

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The files of a built dashboard in a folder. Each is read when a browser first asks for it, so that a start reads none. */
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
 * The dashboard as `RUNMETA_DASHBOARD` says: `on`, which is the default, or `off`.
 * @param folder where it was built, with a slash at its end
 * @throws Error for any other text
 */
export function dashboardSetting(
  { RUNMETA_DASHBOARD: text }: Readonly<Record<string, string | undefined>>,
  folder: URL,
): DashboardFiles | undefined {
  if (text === 'off') return undefined
  if (text === undefined || text === '' || text === 'on') return dashboardFrom(folder)
  throw new Error('RUNMETA_DASHBOARD must be on or off')
}
