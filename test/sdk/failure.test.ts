import { RunNotFoundError } from '@runmeta/sdk'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Answer, API_KEY, clientOf, errorOf, networkError, receipt, refusal } from './stub.ts'

const metadata = { password: 'hunter2' }
const log = (client: ReturnType<typeof clientOf>['client']) => client.run('nightly').logMetadata({ metadata })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a log that fails', () => {
  test('throws by default', async () => {
    const { client } = clientOf([refusal('run_not_found')])
    expect(await errorOf(log(client))).toBeInstanceOf(RunNotFoundError)
  })

  test.each<[string, Answer, string]>([
    [
      'a refusal',
      refusal('run_not_found'),
      'field: is not so (POST /v1/runs/nightly/metadata) [run_not_found, request request-1]',
    ],
    [
      'a failed connection',
      networkError('ECONNREFUSED'),
      'no reply from http://runmeta.test: fetch failed: the socket failed (ECONNREFUSED) (POST /v1/runs/nightly/metadata) [connection_failed]',
    ],
  ])('warns once if onError is "warn", without values or the key: %s', async (_, answer, says) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { client } = clientOf([answer], { onError: 'warn', retries: 0 })
    expect(await log(client)).toBeUndefined()
    expect(warn.mock.calls).toEqual([[`runmeta: metadata was not logged: ${says}`]])
    expect(String(warn.mock.calls)).not.toMatch(new RegExp(`hunter2|${API_KEY}`))
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a value that cannot be logged', { metadata: { a: Number.NaN }, runIdNameOrPrefix: 'nightly' }, 'invalid_value'],
    ['no run to log to', { metadata }, 'not_configured'],
    ['an invalid reference', { metadata, runIdNameOrPrefix: '' }, 'bad_request'],
  ])('calls the function onError, even if nothing was sent: %s', async (_, given, code) => {
    vi.stubEnv('RUNMETA_RUN_ID', undefined)
    const onError = vi.fn()
    const { client, sent } = clientOf([receipt()], { onError })
    expect(await client.logMetadata({ metadata, ...given })).toBeUndefined()
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ code, attempts: 0 })]])
    expect(sent).toHaveLength(0)
    vi.unstubAllEnvs()
  })

  test('waits for the function onError, and fails with its error', async () => {
    const failure = new Error('of the function')
    const { client } = clientOf([refusal('run_not_found')], {
      onError: async () => {
        await Promise.resolve()
        throw failure
      },
    })
    expect(await errorOf(log(client))).toBe(failure)
  })

  test('returns the receipt if it succeeds', async () => {
    const { client } = clientOf([receipt()], { onError: 'warn' })
    await expect(log(client)).resolves.toHaveProperty('log.id', 'log-1')
  })
})

test.each(['warn', () => {}] as const)('other calls throw, whatever onError is', async (onError) => {
  const { client } = clientOf([refusal('run_not_found')], { onError })
  for (const call of [client.getPipelineRun('x'), client.updateRun('x', {}), client.createRun()]) {
    expect(await errorOf(call)).toBeInstanceOf(RunNotFoundError)
  }
})
