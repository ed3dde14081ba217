import { logMetadata } from '@runmeta/sdk'

/** A step of a job. The environment names the run and the step. */
await logMetadata({ metadata: { run_metrics: { accuracy: 0.97 }, node: process.version } })
