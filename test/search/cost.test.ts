import { describeFlatCosts } from './flat.ts'

// Sizes that an engine on a slow disk is filled with in time; test/long has those of a large project.
describeFlatCosts({ few: 60, many: 600, page: 100, limit: 4 })
