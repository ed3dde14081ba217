import { of } from './assumptions.ts'
import inputs from './inputs.json' with { type: 'json' }

/** Calculates how long the function works on a call: its CPU time on a share of a core, and its waits for the store. */

export type Measured = keyof typeof inputs.cpuMs

/** The share of a core that the function's memory gives it. */
const CORE = of('functionMegabytes') / of('coreMegabytes')

/** The milliseconds of a warm call with this many rounds of requests. */
export const msOf = (call: Measured, rounds: number): number => inputs.cpuMs[call] / CORE + rounds * of('callMs')

/** The number of concurrent functions, by Little's law. */
export const functionsAt = (perSecond: number, ms: number): number => Math.ceil((perSecond * ms) / 1000)
