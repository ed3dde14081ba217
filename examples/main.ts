import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import { Client } from '@runmeta/sdk'
import { choose } from './choose.ts'
import { run } from './iris.ts'

/** `npm run example`: runs on the server at `RUNMETA_URL` if that is set, else on a server of its own. */

async function show(client: Client): Promise<void> {
  const { reads } = await run(client)
  for (const [index, way] of ['id', 'name', 'prefix'].entries()) {
    const read = reads[index]
    console.log(`\nread by ${way}:`, read?.name, read?.status)
    console.dir({ runMetadata: read?.runMetadata, steps: read?.steps }, { depth: null })
  }
  const { best, table } = await choose(client)
  console.log(`\nthe best of three: ${best.name}\n\n${table}`)
}

if (process.env.RUNMETA_URL) {
  await show(new Client())
} else {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-example-'))
  const { url, rootKey, stop } = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  try {
    await show(new Client({ url, apiKey: rootKey.key }))
  } finally {
    await stop()
    await rm(directory, { recursive: true })
  }
}
