import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/port.ts'
import { ended, ROOT } from './server.ts'

async function instructions(): Promise<{ of(name: string): string[] }> {
  const text = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
  const lines = text.replaceAll('\\\n', ' ').split('\n')
  return { of: (name) => lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : [])) }
}

describe('the container', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-container-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Copies only the files that the second stage takes from the first. */
  async function copyFiles(): Promise<void> {
    for (const copy of (await instructions()).of('COPY')) {
      const [stage = '', source = '', target = ''] = copy.split(' ')
      if (!stage.startsWith('--from=build')) continue
      await cp(join(ROOT, source.replace('/build/', '')), join(directory, target), { recursive: true })
    }
  }

  it('starts from its own files, is healthy, and ends at SIGTERM', async () => {
    await copyFiles()
    expect((await readdir(directory)).sort()).toEqual(['dist', 'node_modules'])
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

  it('has a build context with the files that it copies, and no more', async () => {
    const sent = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n')
    const copies = (await instructions()).of('COPY').filter((copy) => !copy.startsWith('--from'))
    const copied = copies.flatMap((copy) => copy.split(' ').slice(0, -1))
    expect(sent.slice(0, -1)).toEqual(['*', ...copied.map((path) => `!${path}`), '**/node_modules', '**/dist'])
  })
})
