import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/port.ts'
import { ended, ROOT } from './server.ts'

/** The instructions of the Dockerfile, so that what is tested here is what it says. */
async function instructions(): Promise<{ of(name: string): string[] }> {
  const text = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
  const lines = text.replaceAll('\\\n', ' ').split('\n')
  return { of: (name) => lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : [])) }
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>
}

/** What `npm ci --omit=dev` installs, as links to what is installed here. */
async function linkDependencies(directory: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')) as Lock
  for (const [path, { dev = false, link = false }] of Object.entries(packages)) {
    const isTop = path.lastIndexOf('node_modules/') === path.indexOf('node_modules/') && path.includes('node_modules/')
    if (!isTop || dev) continue
    await mkdir(dirname(join(directory, path)), { recursive: true })
    // A workspace is the one that was copied, not the one here.
    const target = link ? join(directory, 'packages', path.slice('node_modules/@runmeta/'.length)) : join(ROOT, path)
    await symlink(target, join(directory, path))
  }
}

describe('the container', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-container-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Its files, and nothing else of this repository. */
  async function copyFiles(): Promise<void> {
    for (const copy of (await instructions()).of('COPY')) {
      const parts = copy.split(' ')
      const target = parts.pop() ?? ''
      for (const source of parts) {
        const place = target === './' ? join(directory, source) : join(directory, target)
        await cp(join(ROOT, source), place, { recursive: true, filter: (path) => !path.includes('node_modules') })
      }
    }
  }

  it('starts from its files alone, is healthy, and ends at SIGTERM', async () => {
    await copyFiles()
    expect((await readdir(directory)).sort()).toEqual(['package-lock.json', 'package.json', 'packages'])
    await linkDependencies(directory)
    const { of } = await instructions()
    const set = Object.fromEntries(of('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))))
    expect(set).toMatchObject({ HOST: '0.0.0.0', RUNMETA_DATA: '/data' })
    const env = {
      PATH: process.env.PATH,
      ...set,
      RUNMETA_DATA: join(directory, 'data'),
      PORT: String(await freePort()),
    }
    const [, ...command]: string[] = JSON.parse(of('CMD')[0] ?? '')
    const [, ...check]: string[] = JSON.parse(of('HEALTHCHECK')[0]?.replace(/^.*?CMD /, '') ?? '')
    const health = () => spawnSync(process.execPath, check, { cwd: directory, env }).status

    expect(health()).toBe(1)
    const child = spawn(process.execPath, command, { cwd: directory, env, stdio: ['ignore', 'pipe', 'ignore'] })
    const [greeting]: Buffer[] = await once(child.stdout, 'data')
    expect(String(greeting)).toContain(`http://127.0.0.1:${env.PORT}`)
    expect(health()).toBe(0)
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(0)
    expect(health()).toBe(1)
  })

  it('runs as an ordinary user, and keeps its data in a volume', async () => {
    const { of } = await instructions()
    expect(of('USER')).toEqual(['node'])
    expect(of('VOLUME')).toEqual(['/data'])
  })

  it('is sent all that it copies, and no more', async () => {
    const sent = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n')
    const copied = (await instructions()).of('COPY').flatMap((copy) => copy.split(' ').slice(0, -1))
    expect(sent.slice(0, -1)).toEqual(['*', ...copied.map((path) => `!${path}`), '**/node_modules'])
  })
})
