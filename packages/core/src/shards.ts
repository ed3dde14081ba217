/** Over how many groups of `lookup` the entries of one pointer are spread. */
export interface Shards {
  /** Those that new entries go to. */
  readonly written: number
  /** Those that may hold entries: at least as many. */
  readonly read: number
}

/** Tells the shards of a project. One server's setting: nothing is asked of the store for it. */
export type ShardsOf = (project: string) => Shards

const ONE: Shards = { written: 1, read: 1 }
export const MAX_SHARDS = 64

const SETTING = /^([a-z0-9-]{1,64})=(?:(\d+)\/)?(\d+)$/

/**
 * Reads a setting such as `default=8,other=1/8`: of each project the shards that are read, and before them, where they are
 * fewer, those that are written.
 * @throws Error that says what is wrong with it.
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
