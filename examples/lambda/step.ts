import { Client, logMetadata, step, storageSize, withRun } from '@runmeta/sdk'

/**
 * A step of a pipeline as a Lambda function. Its caller passes a run token, which can only log to one run. A warm
 * function serves many runs, so the token comes with the event and not from the environment.
 */

export interface StepEvent {
  /** From `client.createRunToken(run, { expiresIn })`. */
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

/** Needs `RUNMETA_URL`. */
export async function handler(event: StepEvent) {
  // A failed log becomes a warning in the function's own log, and does not end the step.
  const client = new Client({ apiKey: event.token, onError: 'warn' })
  return await withRun(client.run(), () => clean(event.rows))
}
