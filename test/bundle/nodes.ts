import { nodeIn } from '../support/installed.ts'

/** The binary of Node 24, the function's runtime, if its optional package is installed. */
export const node24 = (): string | undefined => nodeIn('bundle/node24')
