import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

describe('export and import', () => {
  const { run, lines, start, stop, folder } = useCommand()
  const other = () => ({ env: { RUNMETA_DATA: join(folder(), 'other') } })
  let second: Awaited<ReturnType<typeof start>> | undefined
  beforeAll(async () => {
    second = await start(join(folder(), 'other'))
    await lines(['create', '--name', 'iris-1', '--pipeline', 'iris'])
    await lines(['log', 'iris-1', 'a=1.0', 'big=1e400', 'd=s3://bucket', '--uri', 'd'])
    await lines(['log', 'iris-1', '--step', 'train', 'a=2', 'size=10', '--size', 'size'])
    await lines(['log', 'iris-1', '--step', 'train', '--no-related', 'b=5'])
    await lines(['log', 'iris-1', 'gone=1'])
    await run(['unset', 'iris-1', 'gone'])
  })
  afterAll(() => stop(second?.child))

  it('copy runs and histories to an empty server, and copy nothing twice', async () => {
    expect(await run(['export', '--out', 'runs.jsonl'])).toMatchObject({ code: 0 })
    expect(await lines(['import', 'runs.jsonl'], other())).toEqual([{ runs: 1, newRuns: 1, newLogs: 4 }])
    expect(await lines(['import', 'runs.jsonl'], other())).toEqual([{ runs: 1, newRuns: 0, newLogs: 0 }])
    const here = await run(['get', 'iris-1'])
    expect((await run(['get', 'iris-1'], other())).stdout).toBe(here.stdout)
    expect(here.stdout).toContain('"big":1e400')
    for (const key of ['a', 'gone']) {
      const shown = (entries: { log: string }[]) => entries.map(({ log: _, ...entry }) => entry)
      const there = await lines(['history', 'iris-1', key], other())
      expect(shown(there)).toEqual(shown(await lines(['history', 'iris-1', key])))
    }
  })

  const imported = async (...args: string[]) => {
    expect(await run(['export', '--out', 'again.jsonl', ...args])).toMatchObject({ code: 0 })
    return (await lines(['import', 'again.jsonl'], other()))[0]
  }

  it('leave out a run that was deleted after it was listed', async () => {
    const runs = await lines(['list', '--name', 'iris-1'])
    const problem = { code: 'run_not_found', detail: 'no such run' }
    const server = createServer((request, reply) => {
      if (request.url === '/v1/runs/search') return reply.end(JSON.stringify({ runs }))
      return reply.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { RUNMETA_URL: url, RUNMETA_API_KEY: 'rmk_a_b' }
    const { code, stdout } = await run(['export'], { env })
    server.close()
    expect({ code, stdout }).toEqual({ code: 0, stdout: `{"runmeta":1,"from":"${url}","query":{}}\n` })
  })

  it('count only what was new to the server', async () => {
    await lines(['create', '--name', 'grows'])
    await lines(['log', 'grows', 'a=1'])
    expect(await imported('--name', 'grows')).toEqual({ runs: 1, newRuns: 1, newLogs: 1 })
    for (const a of ['a=2', 'a=3']) await lines(['log', 'grows', a])
    expect(await imported('--name', 'grows')).toEqual({ runs: 1, newRuns: 0, newLogs: 2 })
    expect(await imported('--name', 'grows')).toEqual({ runs: 1, newRuns: 0, newLogs: 0 })
  })

  it('copy logs that nearly have the greatest size, and what follows one that is too large with its time', async () => {
    await lines(['create', '--name', 'large-follows'])
    await lines(['log', 'large-follows', 'a=1'])
    const values = Object.fromEntries([...'abc'].map((key) => [key, key.repeat(2 ** 20 - 2)]))
    const whole = 4 * 2 ** 20 - JSON.stringify({ metadata: { ...values, d: '' }, types: {} }).length
    for (const [name, length] of Object.entries({ 'large-whole': whole, 'large-nearly': whole - 100 })) {
      await lines(['create', '--name', name])
      await lines(['log', name, '--file', '-'], { input: JSON.stringify({ ...values, d: 'd'.repeat(length) }) })
    }
    expect(await run(['export', '--name', 'large', '--out', 'large.jsonl'])).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await run(['import', 'large.jsonl'], other())
    expect(JSON.parse(stdout)).toEqual({ runs: 3, newRuns: 3, newLogs: 2 })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/not imported: 1; of run .* limit is/) })
  })

  it('copy and list values with as many brackets as a value may have', async () => {
    const deep = Array.from({ length: 64 }).reduce<unknown>(
      (value, _, at) => (at % 2 === 0 ? [value] : { a: value }),
      1,
    )
    await lines(['create', '--name', 'deep'])
    await lines(['log', 'deep', '--file', '-'], { input: JSON.stringify({ deep }) })
    await lines(['log', 'deep', '--step', 'train', '--file', '-'], { input: JSON.stringify({ deep }) })
    expect(await imported('--name', 'deep')).toEqual({ runs: 1, newRuns: 1, newLogs: 2 })
    expect(await lines(['get', 'deep'], other())).toMatchObject([{ metadata: { deep }, steps: { train: {} } }])
    expect(await lines(['list', '--name', 'deep', '--include', 'metadata'])).toMatchObject([{ metadata: { deep } }])
    expect(await lines(['list', '--name', 'deep', '--select', '/deep'])).toMatchObject([
      { selected: { '/deep': deep } },
    ])
    expect(await lines(['history', 'deep', 'deep'])).toMatchObject([{ value: deep }, { value: deep }])
    expect(await lines(['compare', 'deep', 'iris-1'])).not.toEqual([])
    expect(await run(['export', '--name', 'deep', '--format', 'csv'])).toMatchObject({ code: 0 })
  })

  it('keep the time of every log and unset', async () => {
    await lines(['create', '--name', 'unset'])
    await lines(['log', 'unset', 'a=1'])
    await run(['unset', 'unset', 'a'])
    await imported('--name', 'unset')
    expect(await run(['export', '--name', 'unset', '--out', 'there.jsonl'], other())).toMatchObject({ code: 0 })
    const times = async (file: string) =>
      [...(await readFile(join(folder(), file), 'utf8')).matchAll(/^\{"log".*?"createdAt":"([^"]+)"/gm)].map(
        ([, at]) => at,
      )
    expect(await times('there.jsonl')).toHaveLength(2)
    expect(await times('there.jsonl')).toEqual(await times('again.jsonl'))
  })

  it('apply a rename since the export, and choose another name if it is taken', async () => {
    const [{ id }] = await lines(['create', '--name', 'before'])
    await imported('--id', id)
    await lines(['update', id, '--name', 'after'])
    await imported('--id', id)
    const nameThere = async () => (await lines(['get', id], other()))[0].name
    expect(await nameThere()).toBe('after')
    await lines(['create', '--name', 'taken'], other())
    await lines(['update', id, '--name', 'taken'])
    for (const _ of ['once', 'again']) {
      await imported('--id', id)
      expect(await nameThere()).toBe(`taken-${id.slice(0, 8)}`)
    }
  })

  it('skip a run that has expired since the export', async () => {
    const [{ id }] = await lines(['create', '--name', 'expires', '--expires-at', '2099-01-01T00:00:00Z'])
    await lines(['log', 'expires', 'a=1'])
    expect(await run(['export', '--name', 'expires', '--out', 'expires.jsonl'])).toMatchObject({ code: 0 })
    const text = await readFile(join(folder(), 'expires.jsonl'), 'utf8')
    await writeFile(join(folder(), 'expires.jsonl'), text.replace('2099-01-01', '2020-01-01'))
    expect(await lines(['import', 'expires.jsonl'], other())).toEqual([{ runs: 0, newRuns: 0, newLogs: 0 }])
    expect(await run(['get', id], other())).toMatchObject({ code: 3 })
  })

  it('continue an export that was cut off', async () => {
    await lines(['create', '--name', 'iris-2'])
    expect(await run(['export', '--out', 'whole.jsonl'])).toMatchObject({ code: 0 })
    const whole = await readFile(join(folder(), 'whole.jsonl'), 'utf8')
    // Like after kill -9: one run is complete, the next one is not.
    const cut = whole.indexOf('{"run"', whole.indexOf('{"end"')) + 20
    await writeFile(join(folder(), 'cut.jsonl.part'), whole.slice(0, cut))
    expect(await run(['export', '--out', 'cut.jsonl'])).toMatchObject({ code: 0 })
    expect(await readFile(join(folder(), 'cut.jsonl'), 'utf8')).toBe(whole)
  })

  it('name the invalid line of a file that is not an export', async () => {
    await writeFile(join(folder(), 'bad.jsonl'), '{"a":1}\n')
    const { code, stderr } = await run(['import', 'bad.jsonl'], other())
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('bad.jsonl, line 1') })
  })

  it('write CSV with a row for each run, in which no text is a formula', async () => {
    await lines(['log', 'iris-1', 'note==1+1', 'below=-1'])
    const { stdout } = await run(['export', '--format', 'csv', '--name', 'iris-1'])
    const [head, row] = stdout.split('\n')
    expect(head).toContain('/below')
    expect(row).toContain("'=1+1")
    expect(row).toContain(',-1,')
  })
})

describe('exit codes', () => {
  const { run, lines } = useCommand()
  beforeAll(async () => {
    for (const name of ['iris-1', 'iris-2']) await lines(['create', '--name', name])
  })
  it.each([
    [1, ['log', 'iris-1', '__x=1', '--size', 'y']],
    [2, ['get', '--nothing']],
    [3, ['get', 'missing']],
    [3, ['get', 'iris-1', 'missing']],
    [4, ['get', 'iris']],
    [5, ['list', '--key', 'rmk_a_b']],
    [6, ['list', '--url', 'http://127.0.0.1:1', '--key', 'rmk_a_b']],
  ])('are %i for runmeta %j', async (code, args) => {
    const ended = await run([...args, '--json'])
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(JSON.parse(ended.stderr)).toMatchObject({ code: expect.any(String), detail: expect.any(String) })
  })
})
