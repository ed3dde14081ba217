import { describe, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'
import { expectLongHistory } from './support/large.ts'

describe('the dashboard', () => {
  const dashboard = useDashboard()

  it('shows a history of 100,000 logs', async () => {
    await expectLongHistory(await dashboard.open(), 100_000)
  })
})
