const setting = process.env.RUNMETA_SHARDS

/** Over how many groups each project's entries of one pointer are spread: see docs/scale.md. */
export const shards: Record<string, string> = setting ? { RUNMETA_SHARDS: setting } : {}
