import { node24 } from './nodes.ts'
import { bundleSuite } from './suite.ts'

bundleSuite('24', node24())
