import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { optionsOf, sessionOf } from '../session.ts'

/** How long the browser has to load the page that signs it in. */
const READING_MS = 5000

/** The program that opens URLs, and its first arguments. */
function opener(): [string, ...string[]] {
  if (process.env.BROWSER) return [process.env.BROWSER]
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}

/** Starts the browser. @returns whether there is one */
function opened(address: string): Promise<boolean> {
  const [program, ...first] = opener()
  return new Promise((resolve) => {
    const child = spawn(program, [...first, address], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

const pageTo = (address: string): string =>
  `<!doctype html><meta charset="utf-8"><title>runmeta</title><script>location.replace(${JSON.stringify(address).replaceAll('<', '\\u003c')})</script>`

async function open(command: Command): Promise<void> {
  const { url, apiKey, output } = await sessionOf(optionsOf(command))
  const dashboard = `${url}/`
  // Other users can see a program's arguments, and so a key in the URL. They cannot read this file.
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-open-'))
  try {
    const page = join(folder, 'open.html')
    await writeFile(page, pageTo(`${dashboard}#key=${encodeURIComponent(apiKey)}`), { mode: 0o600 })
    const isOpen = await opened(pathToFileURL(page).href)
    if (!isOpen) output.note('no browser found; open the address below in one, or set BROWSER')
    await output.line(output.isTable ? dashboard : JSON.stringify({ url: dashboard }))
    if (isOpen) await delay(READING_MS)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `runmeta open` */
export const openCommand = (): Command =>
  withExamples(
    new Command('open')
      .description('Open the dashboard in a browser, signed in')
      .action((_: unknown, command: Command) => open(command)),
    'runmeta open',
  )
