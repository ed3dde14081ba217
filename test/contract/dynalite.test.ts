import { contractSuite } from './suite.ts'

contractSuite('dynalite')
