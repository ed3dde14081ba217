import { randomUUID } from 'node:crypto'
import { nameKey } from '@runmeta/core/table/keys'
import type { Key, Table } from '@runmeta/core/table/port'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, testApp } from '../support/app.ts'
import { renameRaces } from './rename.race.ts'

describe('renames', () => {
  renameRaces({ pairs: 40, triples: 40 })

  it('leave the name if others claim and free the new one before each try', async () => {
    const isContended = ({ pk }: Key) => pk === nameKey('default', 'contended').pk
    const over = (table: Table): Table => ({
      ...table,
      get: async (key) => (isContended(key) ? undefined : table.get(key)),
      put: async (item, ...rest) => (isContended(item) ? undefined : table.put(item, ...rest)),
      withSignal: (signal) => over(table.withSignal(signal)),
    })
    const app = await testApp({ engine: 'sqlite', over })
    const name = randomUUID()
    const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
    await refusalOf(app.send('PATCH', `/v1/runs/${id}`, '{"name":"contended"}'), 503, 'store_unavailable')
    expect((await jsonOf<RunBody>(app.request(`/v1/runs/${name}`))).name).toBe(name)
  })
})
