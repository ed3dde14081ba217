import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { TERMINAL } from '../support/terminal.ts'
import { useCommand } from './command.ts'

describe('a reader that stops early', () => {
  const { shell, lines, folder, run } = useCommand()
  beforeAll(async () => {
    // More than the buffer of a pipe, so that the command sees the closed end.
    for (const name of ['iris-1', 'iris-2', 'iris-3']) {
      await lines(['create', '--name', name])
      await lines(['log', name, '--file', '-'], { input: JSON.stringify({ text: 'x'.repeat(300_000) }) })
    }
  })

  it.each(['list --select /text', 'get iris-1', 'history iris-1 text', 'export', 'export --format csv'])(
    'causes no error in runmeta %s',
    async (command) => {
      const ended = await shell(`runmeta ${command} | head -c 1 > /dev/null; echo "\${PIPESTATUS[0]}"`)
      expect(ended).toEqual({ code: 0, stdout: '0\n', stderr: '' })
    },
  )

  it('causes no error even if it reads nothing', async () => {
    const ended = await shell(`runmeta list --select /text | true; echo "\${PIPESTATUS[0]}"`)
    expect(ended).toEqual({ code: 0, stdout: '0\n', stderr: '' })
  })

  it.each(['jsonl', 'csv'])('gets no incomplete export under the name of the file: %s', async (format) => {
    const file = `runs.${format}`
    const server = { RUNMETA_URL: 'http://127.0.0.1:1', RUNMETA_API_KEY: 'rmk_a_b' }
    const args = ['export', '--out', file, '--format', format]
    expect(await run(args, { env: server })).toMatchObject({ code: 6 })
    expect(existsSync(join(folder(), file))).toBe(false)
    expect(await run(['export', '--out', `here-${file}`, '--format', format])).toMatchObject({ code: 0 })
    expect(await readFile(join(folder(), `here-${file}`), 'utf8')).toContain('x'.repeat(300_000))
    expect(existsSync(join(folder(), `here-${file}.part`))).toBe(false)
  })
})

describe('a progress bar on a terminal', () => {
  const { shell } = useCommand()

  it.each(['jsonl', 'csv'])('ends with the export that fails: %s', async (format) => {
    const line = `timeout 60 python3 -c "$TERMINAL" runmeta export --format ${format}`
    const env = { TERMINAL, RUNMETA_URL: 'http://127.0.0.1:1', RUNMETA_API_KEY: 'rmk_a_b' }
    expect(await shell(line, { env })).toMatchObject({ code: 6, stdout: expect.stringContaining('runmeta: no reply') })
  })
})
