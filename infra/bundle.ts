import { execFileSync } from 'node:child_process'

/** Makes the folder that is deployed. Each deployment makes its own, so that none ships what an older tree left behind. */
export function bundle(): string {
  execFileSync('node', ['--import', 'tsx', 'scripts/bundle.ts'], { cwd: $cli.paths.root, stdio: 'inherit' })
  return `${$cli.paths.root}/dist/lambda`
}
