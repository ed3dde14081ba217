import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

describe('runmeta open', () => {
  const { run, folder, url, key } = useCommand()

  it('opens a page that signs the browser in, without leaving the key in an argument, the output or a file', async () => {
    const browser = join(folder(), 'browser')
    await writeFile(browser, `#!/bin/sh\necho "$@" > ${folder()}/arguments\ncp "\${1#file://}" ${folder()}/page\n`)
    await chmod(browser, 0o700)
    const ended = await run(['open'], { env: { BROWSER: browser } })
    expect(ended).toEqual({ code: 0, stdout: `${JSON.stringify({ url: `${url()}/` })}\n`, stderr: '' })
    const secret = await key()
    const page = await readFile(join(folder(), 'page'), 'utf8')
    expect(page).toContain(`location.replace("${url()}/#key=${secret}")`)
    const given = await readFile(join(folder(), 'arguments'), 'utf8')
    expect(given).toMatch(/^file:\/\/\S+open\.html\n$/)
    expect(given).not.toContain(secret)
    await expect(readFile(given.trim().slice('file://'.length))).rejects.toThrow('ENOENT')
  })

  it('shows the address if it finds no browser', async () => {
    const { code, stdout, stderr } = await run(['open'], { env: { BROWSER: join(folder(), 'no-such-browser') } })
    expect({ code, url: JSON.parse(stdout) }).toEqual({ code: 0, url: { url: `${url()}/` } })
    expect(stderr).toBe('runmeta: no browser found; open the address below in one, or set BROWSER\n')
  })
})
