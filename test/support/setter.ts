import { once } from 'node:events'
import { logMetadata } from '@runmeta/sdk'

/** A step of a pipeline as a process: it reports that it is ready, waits for a line, and logs its own keys. */

const [name = '', keys = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
for (let n = 0; n < Number(keys); n++) await logMetadata({ metadata: { [`${name}.${n}`]: n } })
process.exit(0)
