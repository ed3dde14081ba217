import { of } from './assumptions.ts'
import inputs from './inputs.json' with { type: 'json' }

/** How long the function is at a call: its share of a core, and what it waits for. */

export type Measured = keyof typeof inputs.cpuMs

/** The share of a core that the function's memory gives it. */
const CORE = of('functionMegabytes') / of('coreMegabytes')

/** Milliseconds of a warm call of so many rounds of requests. */
export const msOf = (call: Measured, rounds: number): number => inputs.cpuMs[call] / CORE + rounds * of('callMs')

/** Functions at once, by Little's law. */
export const functionsAt = (perSecond: number, ms: number): number => Math.ceil((perSecond * ms) / 1000)
