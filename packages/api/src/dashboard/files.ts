/**
 * The bytes of a file of the built dashboard by its name; nothing where there is no such file. Beside a file its
 * compressed forms may stand, under its name with `.br` or `.gz`.
 */
export type DashboardFiles = (name: string) => Promise<Uint8Array | undefined>
