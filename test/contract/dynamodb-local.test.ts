import { contractSuite } from './suite.ts'

contractSuite('dynamodb-local')
