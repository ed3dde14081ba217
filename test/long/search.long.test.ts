import { describeFlatCosts } from '../search/flat.ts'
import { describeSearches } from '../search/suite.ts'

describeFlatCosts({ few: 1000, many: 100_000, page: 2000, limit: 10 })

describeSearches(3)
