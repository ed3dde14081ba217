import { of } from './assumptions.ts'
import inputs from './inputs.json' with { type: 'json' }

/** The duration of a call: CPU time at the function's share of a core, and the time it waits for DynamoDB. */

export type Measured = keyof typeof inputs.cpuMs

/** The share of a core that comes with the function's memory. */
const CORE = of('functionMegabytes') / of('coreMegabytes')

/** Milliseconds of a warm call with this many rounds of requests. */
export const msOf = (call: Measured, rounds: number): number => inputs.cpuMs[call] / CORE + rounds * of('callMs')

/** Concurrent functions, by Little's law. */
export const functionsAt = (perSecond: number, ms: number): number => Math.ceil((perSecond * ms) / 1000)
