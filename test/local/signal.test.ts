import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TERMINAL } from '../support/terminal.ts'
import { ended, ROOT, useServers } from './server.ts'

describe('Ctrl-C on a terminal', () => {
  const { data } = useServers()

  function onTerminal(command: readonly string[]) {
    const child = spawn('python3', ['-c', TERMINAL, ...command], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', RUNMETA_DATA: data(), TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
    })
    return { child, output: () => output, press: () => child.stdin.write('\n') }
  }

  const urlIn = (output: string): URL => new URL(/http:\/\/[\d.]+:\d+/.exec(output)?.[0] ?? '')

  it.each([
    ['node', ['node', join(ROOT, 'packages/local/dist/main.mjs')]],
    ['npm, which passes it on a second time', ['npm', 'start']],
  ])('finishes the request in flight and ends cleanly, under %s', async (_, command) => {
    const { child, output, press } = onTerminal(command)
    await expect.poll(output, { timeout: 60_000 }).toContain('curl')
    expect(output()).toMatch(/Signed in: +http:\S+\/#key=rmk_/)
    const key = /#key=(\S+)/.exec(output())?.[1] ?? ''
    const { port } = urlIn(output())
    const socket = connect(Number(port), '127.0.0.1')
    let reply = ''
    socket.on('data', (chunk) => {
      reply += String(chunk)
    })
    const body = '{"name":"in-flight"}'
    socket.write(
      `POST /v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    // The server has begun to read the request.
    await expect.poll(() => reply).toContain('100 Continue')
    press()
    await expect.poll(output).toContain('stopping (1 request in flight); press Ctrl-C again to end now')
    socket.write(body)
    await expect.poll(() => reply).toContain('HTTP/1.1 201')
    expect(await ended(child)).toBe(0)
    expect(await readdir(data())).not.toContain('server.json')
  })
})
