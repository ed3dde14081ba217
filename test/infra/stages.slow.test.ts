import { beforeAll, describe, expect, it } from 'vitest'
import { setUp } from '../../scripts/sst.ts'
import { CHECKS } from './checks.ts'
import { ACCOUNT, REGION } from './mocks.ts'
import { onlyOf, partOf, type Stack, TYPE } from './stack.ts'
import { synth } from './synth.ts'

/** Milliseconds, including SST's set-up in the first run. */
const SET_UP = 300_000

describe.each(['production', 'someone'])('the resources of the stage %s', (stage) => {
  let stack: Stack
  beforeAll(async () => {
    await setUp()
    stack = await synth({ stage })
  }, SET_UP)

  it.each(Object.entries(CHECKS))('%s', async (_, check) => {
    await check(stack)
  })
})

describe('a stage with settings', () => {
  const table = 'runmeta-production-restored'
  const limits = {
    RUNMETA_CORS_ORIGINS: 'https://app.example.com',
    RUNMETA_RATE_LIMIT: '50',
    RUNMETA_CONCURRENCY: '20',
  }
  let stack: Stack
  beforeAll(async () => {
    await setUp()
    const env = { RUNMETA_ALARM_EMAIL: 'someone@example.com', RUNMETA_RESTORED_TABLE: table, ...limits }
    stack = partOf(await synth({ stage: 'production', env }), 'api')
  }, SET_UP)

  it('sends its alarm to the address', () => {
    const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:${onlyOf(stack, TYPE.topic).inputs.name}`
    expect(onlyOf(stack, TYPE.subscription).inputs).toEqual({
      topic,
      protocol: 'email',
      endpoint: 'someone@example.com',
    })
    expect(onlyOf(stack, TYPE.alarm).inputs.alarmActions).toEqual([topic])
  })

  it('limits the rate of a key and of all keys, and allows pages of other origins', () => {
    const { environment, reservedConcurrentExecutions } = onlyOf(stack, TYPE.function).inputs
    const { RUNMETA_CONCURRENCY, ...settings } = limits
    expect(environment?.variables).toMatchObject(settings)
    expect(reservedConcurrentExecutions).toBe(Number(RUNMETA_CONCURRENCY))
  })

  it('serves the restored table, and keeps the previous one', () => {
    const [kept] = stack.resources.filter(({ name }) => name === 'RunsTable')
    expect(kept).toMatchObject({ isRetained: true, isProtected: true })
    expect(onlyOf(stack, TYPE.function).inputs.environment?.variables.RUNMETA_TABLE).toBe(table)
    const { inlinePolicies } = onlyOf(stack, TYPE.role).inputs
    const tables = JSON.stringify(inlinePolicies).matchAll(/table\/([\w-]+)/g)
    expect(new Set([...tables].map(([, name]) => name))).toEqual(new Set([table]))
    expect(stack.outputs.table).toBe(table)
  })
})
