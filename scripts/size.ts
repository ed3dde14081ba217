import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** `npm run size`: the bytes that the SDK adds to a bundle, minified and compressed. It fails if they are over a budget. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The budgets are bytes with brotli. */
const PARTS = [
  { name: 'what a step needs', code: "export { logMetadata, step, withRun } from '@runmeta/sdk'", budget: 6_600 },
  { name: 'all of it', code: "export * from '@runmeta/sdk'", budget: 13_050 },
] as const

export interface Size {
  readonly name: string
  readonly budget: number
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

/** The size of each part in a user's bundle. */
export const sizes = (): Promise<Size[]> =>
  Promise.all(
    PARTS.map(async ({ name, code, budget }) => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: ROOT },
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'neutral',
        target: 'es2022',
        write: false,
      })
      const bytes = outputFiles[0]?.contents ?? new Uint8Array()
      const gzip = gzipSync(bytes, { level: 9 }).length
      return { name, budget, minified: bytes.length, gzip, brotli: brotliCompressSync(bytes).length }
    }),
  )

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, budget, minified, gzip, brotli } of await sizes()) {
    const verdict = brotli > budget ? `MORE than the ${budget} allowed` : `of ${budget} allowed`
    console.log(`${name.padEnd(18)} ${brotli} bytes with brotli ${verdict} (${gzip} with gzip, ${minified} minified)`)
    if (brotli > budget) process.exitCode = 1
  }
}
