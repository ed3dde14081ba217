import { execFileSync } from 'node:child_process'

/** The folder that is deployed. Each deployment makes its own, so that none ships what an older tree left behind. */
export const folder = `${$cli.paths.root}/dist/lambda`

execFileSync('node', ['--import', 'tsx', 'scripts/bundle.ts'], { cwd: $cli.paths.root, stdio: 'inherit' })
