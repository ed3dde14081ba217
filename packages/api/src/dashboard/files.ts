/**
 * The bytes of a file of the built dashboard, by name; undefined if there is none. A file may have
 * compressed forms, named with a further `.br` or `.gz`.
 */
export type DashboardFiles = (name: string) => Promise<Uint8Array | undefined>
