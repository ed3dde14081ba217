import type { Comparison, PipelineRun } from '@runmeta/sdk'

/** What the plots are given: the runs, and the rows of the table. */
export interface Compared {
  readonly runs: readonly PipelineRun[]
  readonly rows: Comparison['rows']
}
