import { describeSearches } from '../search/suite.ts'

describeSearches(3)
