import { Client } from '@runmeta/sdk'

/** Creates the run of a job, and prints the variable that makes the job's later steps log to it. */
const { RUNMETA_RUN_NAME: name, GITHUB_SHA: commit } = process.env
const run = await new Client().createRun({ name, pipeline: 'train' })
if (commit !== undefined) await run.logMetadata({ metadata: { commit } })
console.log(`RUNMETA_RUN_ID=${run.id}`)
