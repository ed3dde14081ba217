import type { Comparison } from '@runmeta/sdk'

/** The props of a comparison's views: the runs, and the rows of the table. */
export type Compared = Pick<Comparison, 'runs' | 'rows'>
