import { contractSuite } from './suite.ts'

contractSuite('dynoxide')
