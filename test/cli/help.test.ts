import { beforeAll, describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

/** Commands that serve, wait or open windows; each has a test of its own below. */
const LONG = /^runmeta (?:start|watch|open)\b/

describe('the help', () => {
  const { run, shell, lines, start, stop, folder } = useCommand()
  const names: string[] = []
  beforeAll(async () => {
    const { stdout } = await run(['--help'])
    const commands = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Start here:'))
    names.push(...[...commands.matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, name]) => name ?? []))
    for (const name of ['iris-2', 'iris-9']) await lines(['create', '--name', name])
    const metadata = ['accuracy=0.5', 'note=first', 'run_metrics={"accuracy":0.5}']
    await lines(['create', '--name', 'iris-1', '--pipeline', 'iris'])
    await lines(['log', 'iris-1', ...metadata])
    await lines(['log', 'iris-2', ...metadata])
  })

  const examplesOf = async (words: readonly string[]) => {
    const { stdout, code } = await run([...words, '--help'])
    expect(code).toBe(0)
    return [...stdout.matchAll(/^ {2}\$ (.+)$/gm)].flatMap(([, line]) => line ?? [])
  }

  it('names every command of the contract', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...['start', 'log', 'get', 'list', 'search', 'history', 'compare', 'watch', 'create', 'update', 'delete'],
        ...['unset', 'token', 'keys', 'export', 'import', 'backup', 'open', 'completion'],
      ]),
    )
  })

  it('has examples for every command, and each of them works', async () => {
    const examples: string[] = []
    for (const name of names.filter((known) => known !== 'help')) {
      const parts = { keys: ['list', 'create', 'revoke'], import: ['mlflow'] }[name] ?? []
      const own = name === 'keys' ? [] : await examplesOf([name])
      if (name !== 'keys') expect(own, name).not.toEqual([])
      examples.push(...own)
      for (const part of parts) examples.push(...(await examplesOf([name, part])))
    }
    examples.push(...(await examplesOf([])))
    const [{ id }] = await lines(['keys', 'create', '--role', 'read'])
    // Importing from other products has tests on the real ones.
    for (const line of examples.filter((one) => !LONG.test(one) && !/import mlflow/.test(one))) {
      expect({ line, ...(await shell(line.replace('KEY_ID', id))) }).toMatchObject({ line, code: 0 })
    }
  }, 120_000)

  it('shows what serves, waits and opens', async () => {
    expect(await examplesOf(['start'])).toContain('runmeta start --port 9000 --data ./metadata')
    const { child, url } = await start(`${folder()}/metadata`)
    expect((await fetch(`${url}/v1/health`)).status).toBe(200)
    await stop(child)
    await lines(['create', '--name', 'over', '--status', 'completed'])
    const { code, stdout } = await run(['watch', 'over'])
    expect({ code, run: JSON.parse(stdout) }).toMatchObject({ code: 0, run: { name: 'over', status: 'completed' } })
  })
})
