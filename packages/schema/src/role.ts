/** The roles of keys, lowest first. Each role may also do what lower roles may. */
export const ROLES = ['read', 'log', 'admin', 'root'] as const
export type Role = (typeof ROLES)[number]

/** Whether the role `held` includes the role `needed`. */
export const isEnough = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed)
