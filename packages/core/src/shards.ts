export interface Shards {
  /** Over how many partitions of `lookup` new entries of a pointer are spread. */
  readonly written: number
  /** How many partitions may have entries. At least as many as `written`. */
  readonly read: number
}

export type ShardsOf = (project: string) => Shards

const ONE: Shards = { written: 1, read: 1 }
export const MAX_SHARDS = 64

const SETTING = /^([a-z0-9-]{1,64})=(?:(\d+)\/)?(\d+)$/

/**
 * Parses a setting such as `default=8,other=1/8`: `<project>=<shards>`, or `<project>=<written>/<read>`.
 * @throws Error that names the setting
 */
export function shardsFrom(setting = ''): ShardsOf {
  const projects = new Map<string, Shards>()
  for (const part of setting.split(',').filter((text) => text !== '')) {
    const [, project = '', written, read = ''] = SETTING.exec(part.trim()) ?? []
    const shards = { written: Number(written ?? read), read: Number(read) }
    const isGood = shards.written >= 1 && shards.written <= shards.read && shards.read <= MAX_SHARDS
    if (project === '' || !isGood) {
      throw new Error(`RUNMETA_SHARDS: ${part} must be <project>=<shards>, with 1 to ${MAX_SHARDS} of them`)
    }
    projects.set(project, shards)
  }
  return (project) => projects.get(project) ?? ONE
}
