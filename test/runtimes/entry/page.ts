import { report, type Surroundings } from '../checks.ts'

/** A page, whose functions the test calls. */
Object.assign(globalThis, { report: (surroundings: Surroundings) => report(surroundings) })
