const setting = process.env.RUNMETA_SHARDS

/** The number of partitions over which a project's index entries of one pointer are spread: see docs/scale.md. */
export const shards: Record<string, string> = setting ? { RUNMETA_SHARDS: setting } : {}
