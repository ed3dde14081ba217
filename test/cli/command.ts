import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { COMMAND_FOLDER } from '../../scripts/command.ts'

/** The result of a process of the command. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

const MAIN = join(COMMAND_FOLDER, 'main.mjs')

/** A server that the command starts with a new data directory, and the command as its client. Both are removed after the tests. */
export function useCommand() {
  let folder = ''
  let server: ChildProcess | undefined
  let url = ''

  const environment = (env: Readonly<Record<string, string>> = {}) => ({
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
    HOME: folder,
    RUNMETA_DATA: join(folder, 'data'),
    ...env,
  })

  function ended(program: string, args: readonly string[], { env, input = '' }: RunOptions): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { cwd: folder, env: environment(env), maxBuffer: 2 ** 28 }
      const child = execFile(program, [...args], options, (error, stdout, stderr) => {
        const failed = typeof error?.code === 'number' ? error.code : -1
        const code = error === null ? 0 : failed
        resolve({ code, stdout, stderr })
      })
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input)
    })
  }

  /** Runs the command. */
  const run = (args: readonly string[], options: RunOptions = {}) => ended(process.execPath, [MAIN, ...args], options)

  async function start(data = join(folder, 'data')): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(process.execPath, [MAIN, 'start', '--port', '0', '--data', data], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let greeting = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      greeting += String(chunk)
      if (greeting.includes('curl')) break
    }
    child.stdout.resume()
    return { child, url: /http:\/\/\S+:\d+/.exec(greeting)?.[0] ?? '' }
  }

  async function stop(child: ChildProcess | undefined): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runmeta-command-'))
    await mkdir(join(folder, 'bin'))
    await symlink(MAIN, join(folder, 'bin/runmeta'))
    const started = await start()
    server = started.child
    url = started.url
  })
  afterAll(async () => {
    await stop(server)
    await rm(folder, { recursive: true, force: true })
  })

  return {
    folder: () => folder,
    url: () => url,
    key: async () => (await readFile(join(folder, 'data/key'), 'utf8')).trim(),
    environment,
    main: MAIN,
    start,
    stop,
    run,
    /** Runs a shell line in which `runmeta` is the command. */
    shell: (line: string, options: RunOptions = {}) => ended('/bin/bash', ['-c', line], options),
    /** The JSON lines that the command prints. @throws if it fails */
    lines: async (args: readonly string[], options: RunOptions = {}) => {
      const { code, stdout, stderr } = await run(args, options)
      if (code !== 0) throw new Error(`runmeta ${args.join(' ')} ended with ${code}: ${stderr}`)
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
  }
}

export type Commands = ReturnType<typeof useCommand>
