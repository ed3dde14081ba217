import { createPositions } from '@runmeta/core/metadata/position'
import { expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'

const send = (app: TestApp, path: string, body: unknown, status: number) =>
  jsonOf(app.send('POST', path, JSON.stringify(body)), status)

/** A position half a minute ahead of the server, as another server with a faster clock gives it. */
const ahead = () => createPositions()(Date.now() + 30_000)

it('keeps the order of many logs in one request, although their positions are ahead of the server’s clock', async () => {
  const app = await testApp()
  const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)
  const after = ahead()
  const logs = Array.from({ length: 8 }, (_, a) => ({ run: id, metadata: { a }, after }))
  await send(
    app,
    '/v1/metadata',
    { logs: [...logs, { run: id, metadata: { b: 1 } }, { run: id, metadata: { a: 8 } }] },
    200,
  )
  const { logs: stored } = await jsonOf<{ logs: { metadata: { a?: number; b?: number } }[] }>(
    app.request(`/v1/runs/${id}/logs`),
  )
  expect(stored.map(({ metadata }) => metadata.a ?? 'b')).toEqual([8, 'b', 7, 6, 5, 4, 3, 2, 1, 0])
})

it('dates an unset after its value, although the value is ahead of the server’s clock', async () => {
  const app = await testApp()
  const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)
  await send(app, `/v1/runs/${id}/metadata`, { metadata: { a: 1, b: 1 }, after: ahead() }, 201)
  expect((await app.request(`/v1/runs/${id}/metadata?key=a`, { method: 'DELETE' })).status).toBe(204)
  const { logs } = await jsonOf<{ logs: { createdAt: string }[] }>(app.request(`/v1/runs/${id}/logs`))
  const [unset, log] = logs.map(({ createdAt }) => Date.parse(createdAt))
  expect(unset).toBeGreaterThanOrEqual(log ?? Number.NaN)
})
