import { describeFlatCosts } from './flat.ts'

describeFlatCosts({ few: 1000, many: 100_000, page: 2000, limit: 10 })
