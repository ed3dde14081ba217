import { expect, it } from 'vitest'
import { SWEEP_OPERATIONS } from '../support/sweep.ts'
import type { Subject } from './subject.ts'

export function sweeping(subject: () => Subject): void {
  it('finishes interrupted work without an API key, and logs the result', async () => {
    const { proxy, start } = subject()
    const environment = await start({ _HANDLER: 'sweeper.handler', RUNMETA_ROOT_KEY: '' })
    proxy.clear()
    expect(await environment.invoke({}, 300_000)).toEqual({ finished: 0, isThrough: true })
    expect(environment.output()).toContain('{"level":"info","finished":0,"isThrough":true}')
    const operations = proxy.exchanges.map(({ operation }) => operation)
    expect(operations.filter((operation) => operation === 'Query')).toHaveLength(3)
    for (const operation of operations) expect(SWEEP_OPERATIONS).toContain(operation)
  })
}
