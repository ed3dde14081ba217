import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT, useServers } from '../local/server.ts'

const run = promisify(execFile)
const DOCUMENTED_URL = 'http://127.0.0.1:8787'

interface Snippet {
  readonly language: 'sh' | 'ts'
  readonly code: string
  /** The output in README. */
  readonly output?: string
}

/** The blocks `sh` and `ts` of README in order. Blocks `bash` build, test or deploy the repository, and are not run. */
async function snippets(): Promise<Snippet[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const found = readme.matchAll(/^```(sh|ts)\n([\s\S]*?)^```\n(?:\nwhich prints:\n\n```text\n([\s\S]*?)^```)?/gm)
  return [...found].map(([, language, code = '', output]) => ({
    language: language === 'ts' ? 'ts' : 'sh',
    code,
    ...(output === undefined ? {} : { output }),
  }))
}

describe('README', () => {
  const servers = useServers()
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runmeta-readme-'))
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    await symlink(servers.data(), join(folder, '.runmeta'))
    await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('has snippets that work in order, twice on one server, and print the shown output', async () => {
    const { url } = await servers.start()
    const key = (await readFile(join(servers.data(), 'key'), 'utf8')).trim()
    const all = await snippets()
    expect(all.filter(({ language }) => language === 'sh').length).toBeGreaterThan(1)
    expect(all.filter(({ language }) => language === 'ts').length).toBeGreaterThan(2)
    expect(all.filter(({ output }) => output !== undefined).length).toBeGreaterThan(0)
    const variables = all.flatMap(({ language, code }) =>
      language === 'sh' ? (code.match(/^[A-Z]+=.*$/gm) ?? []) : [],
    )
    const env = { PATH: process.env.PATH, RUNMETA_URL: url, RUNMETA_API_KEY: key }
    await mkdir(join(folder, 'snippets'))
    for (const round of [1, 2]) {
      for (const [at, { language, code, output }] of all.entries()) {
        const file = join(folder, 'snippets', `${at}.${language}`)
        const shell = ['set -e', ...variables, code].join('\n').replaceAll(DOCUMENTED_URL, url)
        await writeFile(file, language === 'ts' ? code : shell.replaceAll('curl ', 'curl --fail-with-body '))
        const [command, ...options] = language === 'ts' ? [process.execPath, '--import', 'tsx'] : ['/bin/sh']
        const { stdout } = await run(command ?? '', [...options, file], { cwd: folder, env })
        if (output !== undefined) expect(stdout, `round ${round}: ${code}`).toBe(output)
      }
    }
  })
})
