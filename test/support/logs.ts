import { mapLimit } from '@runmeta/core/map-limit'
import { toLogItem } from '@runmeta/core/metadata/log'
import { createPositions } from '@runmeta/core/metadata/position'
import { createClock } from '@runmeta/core/table/clock'
import { logKey } from '@runmeta/core/table/keys'
import { type TableHandle, tableOf } from './app.ts'

const AUTHOR = { keyId: 'filler', keyName: 'filler', isToken: false }
const BATCH = 1000

interface FillLogs {
  readonly run: string
  readonly count: number
  /** The age of the first log in milliseconds; each further log is a millisecond later. */
  readonly age: number
  /** The JSON texts of a log's keys, given its number. */
  readonly values: (n: number) => Readonly<Record<string, string>>
  readonly stepOf?: (n: number) => string | undefined
}

/** Adds logs to a run of the project `default` without the API, so that there is no checkpoint. */
export async function fillLogs(app: TableHandle, { run, count, age, values, stepOf }: FillLogs): Promise<void> {
  const table = tableOf(app, createClock())
  const positions = createPositions()
  const start = Date.now() - age
  const put = async (n: number) => {
    const step = stepOf?.(n)
    const { item } = await toLogItem(logKey('default', run, `${n}`), {
      position: positions(start + n),
      createdAt: start + n,
      author: AUTHOR,
      digest: new Uint8Array(32),
      isRelated: step === undefined,
      entries: Object.entries(values(n)).map(([key, text]) => ({ key, text, types: [], leaves: [] })),
      ...(step === undefined ? {} : { step }),
    })
    await table.put(item, { exists: false })
  }
  for (let from = 0; from < count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => from + n)
    await mapLimit(numbers, BATCH, put)
  }
}
