import { nodeIn } from '../support/installed.ts'

/** Node 24's binary, where its optional package is installed: the runtime of the function. */
export const node24 = (): string | undefined => nodeIn('bundle/node24')
