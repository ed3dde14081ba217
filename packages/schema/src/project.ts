/** The project of the root key, and of the keys that it makes without naming one. */
export const DEFAULT_PROJECT = 'default'

const PROJECT = /^[a-z0-9-]{1,64}$/

/** Says what is wrong with the name of a project, or nothing where it is a good one. */
export const projectFault = (text: string): string | undefined =>
  PROJECT.test(text) ? undefined : 'must be 1 to 64 of: a-z, 0-9, -'
