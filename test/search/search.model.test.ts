import { describeSearches } from './suite.ts'

describeSearches(1)
