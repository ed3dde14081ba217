import { execFileSync } from 'node:child_process'

import { bundleSuite } from './suite.ts'

const node = process.execPath

bundleSuite(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim(), node)
