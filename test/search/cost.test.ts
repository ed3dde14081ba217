import { describeFlatCosts } from './flat.ts'

// Small enough for an engine on a slow disk; flat.long.test.ts has the sizes of a large project.
describeFlatCosts({ few: 60, many: 600, page: 100, limit: 4 })
