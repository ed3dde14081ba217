import { execFileSync } from 'node:child_process'

/** The folder that is deployed. Each deployment builds it, so that none ships the files of an older tree. */
export const folder = `${$cli.paths.root}/dist/lambda`

execFileSync('node', ['--import', 'tsx', 'scripts/bundle.ts'], { cwd: $cli.paths.root, stdio: 'inherit' })
