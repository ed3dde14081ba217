import { logMetadata } from '@runmeta/sdk'

/** A step of a job: the run and the step come from the environment. */
await logMetadata({ metadata: { run_metrics: { accuracy: 0.97 }, node: process.version } })
