import { describeSearches } from './suite.ts'

describeSearches(3)
