import { type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The process in an execution environment: it loads the handler, then requests events until it is killed. It replaces
 * AWS's runtime client, as described in the documentation of the Runtime API.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */

const {
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB,
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_LAMBDA_FUNCTION_VERSION: functionVersion,
  AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
  AWS_LAMBDA_RUNTIME_API,
  LAMBDA_TASK_ROOT = '',
  _HANDLER = '',
} = process.env

function call(method: string, path: string, body?: unknown): Promise<{ headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`
    const sent = request(url, { method }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk) => chunks.push(chunk))
      reply.on('end', () => resolve({ headers: reply.headers, text: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Logs a failure. @returns the report for the Runtime API */
function failure(error: unknown) {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const report = { errorType: thrown.name, errorMessage: thrown.message, stackTrace: thrown.stack?.split('\n') }
  process.stderr.write(`${JSON.stringify(report)}\n`)
  return report
}

const [file, name = ''] = _HANDLER.split('.')
const handler = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href).then(
  (loaded) => loaded[name],
  async (error) => {
    await call('POST', 'init/error', failure(error))
    return process.exit(1)
  },
)

while (true) {
  const { headers, text } = await call('GET', 'invocation/next')
  const id = headers['lambda-runtime-aws-request-id']
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion,
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    logGroupName,
    logStreamName,
    memoryLimitInMB,
  }
  try {
    await call('POST', `invocation/${id}/response`, await handler(JSON.parse(text), context))
  } catch (error) {
    await call('POST', `invocation/${id}/error`, failure(error))
  }
}
