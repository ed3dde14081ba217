import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { APIGatewayProxyResult } from 'hono/aws-lambda'
import { startRuntimeApi } from './runtime.ts'

/** An execution environment of the function: a process, and the Runtime API from which it gets its events. */
export interface Environment {
  /** Sends an event, one at a time. Rejects if the handler throws, or does not reply within the function's time-out. */
  invoke(event: unknown, timeout?: number): Promise<APIGatewayProxyResult>
  /** Freezes the process, as Lambda does between two events. */
  freeze(): void
  thaw(): void
  /** Everything that the process has written. */
  output(): string
  stop(): Promise<void>
}

interface EnvironmentOptions {
  /** Node's binary. */
  readonly node: string
  /** The bundle's folder, which also has the runtime client. */
  readonly folder: string
  readonly client: string
  readonly variables: Readonly<Record<string, string>>
}

/** A process that ended, or whose init failed. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
  readonly output: string

  constructor(message: string, output: string) {
    super(message)
    this.output = output
  }
}

/** The function's time-out in ms, as in `infra/`. */
const TIMEOUT = 20_000

/** Starts a process like Lambda, and waits for its init. @throws ProcessError */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { node, folder, client, variables } = options
  const api = await startRuntimeApi()
  const child = spawn(node, [client], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // The variables that Lambda sets, and none of this machine: a HOME can have settings that AWS's client reads.
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_NAME: 'runmeta',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/runmeta',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/12/[$LATEST]0123456789abcdef',
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_REGION: 'eu-west-1',
      HOME: join(folder, 'no-home'),
      LAMBDA_TASK_ROOT: folder,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: 'lambda.handler',
      ...variables,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  child.on('close', (code, signal) => api.tell({ kind: 'exit', text: `exit ${code ?? signal}\n${output}` }))

  async function end(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    await api.stop()
  }
  let ending: Promise<void> | undefined
  const stop = (): Promise<void> => {
    ending ??= end()
    return ending
  }

  /** Receives the next event; defined while the process is idle. */
  async function nextEvent(): Promise<ServerResponse> {
    const message = await api.told()
    if (message.kind === 'next') return message.outgoing
    await stop()
    const { errorMessage } = message.kind === 'init error' ? JSON.parse(message.text) : { errorMessage: message.text }
    throw new ProcessError(errorMessage, output)
  }

  let waiting = await nextEvent()
  return {
    async invoke(event, timeout = TIMEOUT) {
      const headers = {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': randomUUID(),
        'lambda-runtime-deadline-ms': String(Date.now() + timeout),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:runmeta',
        'lambda-runtime-trace-id': 'Root=1-65a0f0f0-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0',
      }
      waiting.writeHead(200, headers).end(JSON.stringify(event))
      const limit = setTimeout(() => child.kill('SIGKILL'), timeout)
      const message = await api.told()
      clearTimeout(limit)
      if (message.kind !== 'response') throw new Error(`no reply: ${'text' in message ? message.text : message.kind}`)
      waiting = await nextEvent()
      return JSON.parse(message.text)
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    output: () => output,
    stop,
  }
}
