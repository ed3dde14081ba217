import { describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

const PASSWORD = 'secretpw'
const ADDRESS = `http://user:${PASSWORD}@127.0.0.1:1`

describe('a password in an address', () => {
  const { run } = useCommand()

  const lines = ['export', 'export --out runs.jsonl', 'open', 'list', 'log iris-1 a=1', 'keys list']
  it.each(lines)('is refused before anything is printed: runmeta %s', async (line) => {
    const args = line.split(' ')
    for (const { place, ended } of [
      { place: '--url', ended: await run([...args, '--url', ADDRESS, '--key', 'k']) },
      { place: 'RUNMETA_URL', ended: await run(args, { env: { RUNMETA_URL: ADDRESS, RUNMETA_API_KEY: 'k' } }) },
    ]) {
      expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(`${place} must not contain`) })
      expect(ended.stderr).not.toContain(PASSWORD)
    }
  })

  it.each([
    [2, 'mlflow', ADDRESS],
    [1, 'mlflow', `postgresql://user:${PASSWORD}@127.0.0.1/mlflow`],
    [2, 'zenml', ADDRESS],
    [1, 'zenml', `user:${PASSWORD}@127.0.0.1`],
  ])('is not printed: %i for runmeta import %s %s', async (code, product, address) => {
    const ended = await run(['import', product, address])
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(/^runmeta: .*; give /) })
    expect(ended.stderr).not.toContain(PASSWORD)
  })
})
