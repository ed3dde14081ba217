import { Client, logMetadata, step, storageSize, withRun } from '@runmeta/sdk'

/**
 * A step of a pipeline as a Lambda function. Whoever starts it hands it a run token, which logs to one run and does
 * nothing else. The function stays warm and serves many runs, so the run comes with the event, not from the environment.
 */

export interface StepEvent {
  /** Of `client.createRunToken(run, { expiresIn })`. */
  readonly token: string
  readonly rows: readonly (readonly number[])[]
}

const clean = step('clean', async (rows: StepEvent['rows']) => {
  const complete = rows.filter((row) => row.every(Number.isFinite))
  await logMetadata({
    metadata: {
      rows: { given: rows.length, kept: complete.length },
      size: storageSize(new TextEncoder().encode(JSON.stringify(complete)).length),
    },
  })
  return complete
})

/** The endpoint is in `RUNMETA_URL`. */
export async function handler(event: StepEvent) {
  // Telemetry must not end the step: a log that fails is a warning in the function's own log.
  const client = new Client({ apiKey: event.token, onError: 'warn' })
  return await withRun(client.run(), () => clean(event.rows))
}
