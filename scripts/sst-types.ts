import { spawnSync } from 'node:child_process'
import { isSetUp } from './sst.ts'

/** Type-checks sst.config.ts and infra, whose types are part of SST's set-up. */
if (await isSetUp()) {
  process.exit(spawnSync('npx', ['tsc', '-p', 'infra/tsconfig.json'], { stdio: 'inherit' }).status ?? 1)
}
console.log('infra: types not checked, because SST is not set up: npm run sst:setup')
