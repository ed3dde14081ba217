import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

describe('Ctrl-C', () => {
  const { main, folder, environment, lines, start, stop } = useCommand()

  it('ends runmeta watch after a complete line', async () => {
    await lines(['create', '--name', 'iris-1'])
    const child = spawn(process.execPath, [main, 'watch', 'iris-1'], {
      cwd: folder(),
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [printed, complaints] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      printed += String(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += String(chunk)
    })
    const closed = once(child, 'close')
    await expect.poll(() => printed).toMatch(/\n$/)
    child.kill('SIGINT')
    expect(await closed).toEqual([null, 'SIGINT'])
    expect(JSON.parse(printed)).toMatchObject({ name: 'iris-1', status: 'running' })
    expect(complaints).toBe('')
  })

  it('ends runmeta start cleanly, and the next start has the data', async () => {
    const data = `${folder()}/stopped`
    const first = await start(data)
    await lines(['create', '--name', 'kept'], { env: { RUNMETA_DATA: data } })
    const exit = once(first.child, 'exit')
    first.child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
    const second = await start(data)
    expect(await lines(['list'], { env: { RUNMETA_DATA: data } })).toMatchObject([{ name: 'kept' }])
    await stop(second.child)
  })
})
