import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'

/** A real Chromium for tests: the machine's own where there is one, else the one that a registry package carries. */

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const PACKAGE = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..')
const CACHE = new URL('../../node_modules/.cache/chromium-147.0.0', import.meta.url).pathname

const source = (name: string) => createReadStream(join(PACKAGE, 'bin', name)).pipe(createBrotliDecompress())

async function untar(name: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] })
  // tar stops reading at the archive's end mark, which stands before the stream's end: its exit code is what counts.
  tar.stdin.on('error', () => undefined)
  source(name).pipe(tar.stdin)
  const [code] = await once(tar, 'exit')
  if (code !== 0) throw new Error(`tar could not unpack ${name}`)
}

const fontsConf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/cache</cachedir>
<alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
<alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`

/** The package's own unpacking writes to a path that all users share, and takes libraries of AWS's image for granted. */
async function unpack(): Promise<void> {
  await mkdir(dirname(CACHE), { recursive: true })
  const making = await mkdtemp(`${CACHE}-`)
  try {
    await Promise.all([
      pipeline(source('chromium.br'), createWriteStream(join(making, 'chromium'))),
      untar('al2023.tar.br', making),
      untar('fonts.tar.br', making),
    ])
    await chmod(join(making, 'chromium'), 0o755)
    await writeFile(join(making, 'fonts.conf'), fontsConf(CACHE))
    // Another test run may have been faster.
    if (!existsSync(CACHE)) await rename(making, CACHE)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

/** What Playwright needs to launch it. Its sandbox needs rights that a container's root does not have. */
export async function chromiumOptions(): Promise<LaunchOptions> {
  const args = ['--no-sandbox']
  const own = process.env.CHROMIUM ?? SYSTEM.find(existsSync)
  if (own !== undefined) return { executablePath: own, args }
  if (!existsSync(CACHE)) await unpack()
  const env = { ...process.env, LD_LIBRARY_PATH: join(CACHE, 'lib'), FONTCONFIG_FILE: join(CACHE, 'fonts.conf') }
  return { executablePath: join(CACHE, 'chromium'), args, env }
}

/** Starts a Chromium that several test files connect to, by its `wsEndpoint()`. */
export const launchChromium = async (): Promise<BrowserServer> => chromium.launchServer(await chromiumOptions())
