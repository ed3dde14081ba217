/** What a key may do, lowest first: each role may do what those before it may. */
export const ROLES = ['read', 'log', 'admin', 'root'] as const
export type Role = (typeof ROLES)[number]

/** Whether a key of the role `held` may do what needs the role `needed`. */
export const isEnough = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed)
