import { report, type Surroundings } from '../checks.ts'

/** A page, which is called from outside. */
Object.assign(globalThis, { report: (surroundings: Surroundings) => report(surroundings) })
