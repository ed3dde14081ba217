/** The project of the root key, and of keys that it creates without a project. */
export const DEFAULT_PROJECT = 'default'

const PROJECT = /^[a-z0-9-]{1,64}$/

/** Returns why the name of a project is invalid. */
export const projectFault = (text: string): string | undefined =>
  PROJECT.test(text) ? undefined : 'must be 1 to 64 characters of a-z, 0-9 and -'
