import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'

/** A real Chromium: the machine's own, or else the one in an npm package. */

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const PACKAGE = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..')
const CACHE = new URL('../../node_modules/.cache/chromium-147.0.0', import.meta.url).pathname

const source = (name: string) => createReadStream(join(PACKAGE, 'bin', name)).pipe(createBrotliDecompress())

async function untar(name: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] })
  // tar stops at the archive's end mark, before the end of the stream, so only its exit code matters.
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

/** The package's own code unpacks to a path that all users share, and expects libraries of AWS's image. */
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

/** Playwright's options for the launch. The sandbox needs permissions that root does not have in a container. */
export async function chromiumOptions(): Promise<LaunchOptions> {
  const args = ['--no-sandbox']
  const own = process.env.CHROMIUM ?? SYSTEM.find(existsSync)
  if (own !== undefined) return { executablePath: own, args }
  if (!existsSync(CACHE)) await unpack()
  const env = { ...process.env, LD_LIBRARY_PATH: join(CACHE, 'lib'), FONTCONFIG_FILE: join(CACHE, 'fonts.conf') }
  return { executablePath: join(CACHE, 'chromium'), args, env }
}

/** Starts a Chromium to which test files connect by its `wsEndpoint()`. */
export const launchChromium = async (): Promise<BrowserServer> => chromium.launchServer(await chromiumOptions())
