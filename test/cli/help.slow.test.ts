import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { beforeAll, describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

describe('the help', () => {
  const { run, shell, lines, folder, environment } = useCommand()
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

  /** The subcommands in a command's help. */
  const partsOf = async (name: string): Promise<string[]> => {
    const { stdout } = await run([name, '--help'])
    const [, commands = ''] = stdout.split('\nCommands:\n')
    return [...commands.matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, part = '']) => (part === 'help' ? [] : part))
  }

  /** Starts a server on a free port, and stops it when it is ready. */
  async function serves(line: string): Promise<void> {
    const child = spawn('/bin/bash', ['-c', `exec ${line.replace(/--port \d+/, '--port 0')}`], {
      cwd: folder(),
      env: { ...environment(), RUNMETA_DATA: `${folder()}/of-an-example`, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    let url: string | undefined
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      url = /http:\/\/[\d.:]+/.exec(String(chunk))?.[0]
      if (url !== undefined) break
    }
    child.stdout.resume()
    expect((await fetch(`${url}/v1/health`)).status, line).toBe(200)
    child.kill('SIGTERM')
    expect(await exit, line).toEqual([0, null])
  }

  it('has working examples for every command', { timeout: 240_000 }, async () => {
    const examples = await examplesOf([])
    for (const name of names.filter((known) => known !== 'help')) {
      const parts = await partsOf(name)
      const own = await examplesOf([name])
      if (parts.length === 0) expect(own, name).not.toEqual([])
      examples.push(...own)
      for (const part of parts) {
        const below = await examplesOf([name, part])
        expect(below, `${name} ${part}`).not.toEqual([])
        examples.push(...below)
      }
    }
    await lines(['update', 'iris-1', '--status', 'completed'])
    const [{ id }] = await lines(['keys', 'create', '--role', 'read'])
    // Imports from other products have tests with those products.
    for (const line of examples.filter((one) => !/import (mlflow|zenml)/.test(one))) {
      if (line.startsWith('runmeta start')) await serves(line)
      else {
        const ended = await shell(line.replace('KEY_ID', id), { env: { BROWSER: '/bin/true' } })
        expect({ line, ...ended }).toMatchObject({ line, code: 0 })
      }
    }
  })
})
