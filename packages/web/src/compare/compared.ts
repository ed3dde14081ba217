import type { Comparison } from '@runmeta/sdk'

/** What the views of a comparison are given: the runs, and the rows of the table. */
export type Compared = Pick<Comparison, 'runs' | 'rows'>
