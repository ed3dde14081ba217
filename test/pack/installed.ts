import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildCommandPackage, pack } from '../../scripts/pack.ts'

/** The package `runmeta`, packed and installed into an empty folder. */
export interface Installed {
  /** The tarball. */
  readonly built: string
  /** The package's folder in the project's `node_modules`. */
  readonly folder: string
  /** The folder of the project's packages. */
  readonly modules: string
  remove(): Promise<void>
}

/** Packs the command and installs it as a user does. */
export async function installCommand(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-packed-'))
  const [built, project] = [join(folder, 'built'), join(folder, 'project')]
  await buildCommandPackage(built)
  const tarball = await pack(built, folder)
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{"name":"bare","version":"1.0.0","private":true}')
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball]
  await promisify(execFile)('npm', args, { cwd: project })
  const modules = join(project, 'node_modules')
  return {
    built,
    folder: join(modules, 'runmeta'),
    modules,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The installed command on one Node, with a new home and a new data directory. */
export async function commandOn(node: string, { folder }: Installed) {
  const home = await mkdtemp(join(tmpdir(), 'runmeta-home-'))
  const main = join(folder, 'dist/main.mjs')
  const options = { cwd: home, env: { PATH: '', HOME: home } }
  let server: ChildProcess | undefined

  const run = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(node, [main, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
      })
    })

  /** Starts the server. @returns the address in its greeting */
  async function start(): Promise<string> {
    const child = spawn(node, [main, 'start', '--port', '0'], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
    server = child
    let greeting = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      greeting += String(chunk)
      if (greeting.includes('curl')) break
    }
    child.stdout.resume()
    return /http:\/\/\S+:\d+/.exec(greeting)?.[0] ?? ''
  }

  /** Stops the server. @returns its exit code */
  async function stop(): Promise<number | null> {
    if (server === undefined || server.exitCode !== null) return server?.exitCode ?? null
    server.kill('SIGTERM')
    await once(server, 'exit')
    return server.exitCode
  }

  return {
    home,
    run,
    start,
    stop,
    remove: async () => {
      await stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
