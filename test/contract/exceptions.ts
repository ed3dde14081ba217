import type { EngineName } from '../support/engines.ts'

/** Checks that an engine cannot pass, by their names below `contract on …`, each with the reason. */
export const EXCEPTIONS: Readonly<Partial<Record<EngineName, Readonly<Record<string, string>>>>> = {}
