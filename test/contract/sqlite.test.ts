import { contractSuite } from './suite.ts'

contractSuite('sqlite')
