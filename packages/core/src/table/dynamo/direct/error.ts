export interface ErrorReply {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An error of the store as AWS's retry strategy reads it: its name and status decide whether another attempt may help.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export class StoreError extends Error {
  readonly $fault: 'client' | 'server'
  readonly $metadata: { readonly httpStatusCode: number; readonly clockSkewCorrected?: true }
  readonly $response: Pick<ErrorReply, 'headers'>

  /** @param isSkewed Whether the request was signed with a time far from the store's */
  constructor({ statusCode, headers, body }: ErrorReply, isSkewed: boolean) {
    const { type, message } = fieldsOf(body)
    super(message ?? `the store replied with status ${statusCode}`)
    this.name = nameOf(headers['x-amzn-errortype'] ?? type)
    this.$fault = statusCode < 500 ? 'client' : 'server'
    this.$metadata = { httpStatusCode: statusCode, ...(isSkewed && { clockSkewCorrected: true }) }
    this.$response = { headers }
  }
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException` → `ThrottlingException`. */
const nameOf = (type = 'UnknownError'): string => type.replace(/^.*#/, '').replace(/:.*$/, '')

/** What a body says of an error. A proxy may have replied with something else than JSON. */
function fieldsOf(body: string): { readonly type?: string; readonly message?: string } {
  try {
    const { __type: type, message, Message = message } = JSON.parse(body)
    return {
      ...(typeof type === 'string' && { type }),
      ...(typeof Message === 'string' && { message: Message }),
    }
  } catch {
    return {}
  }
}
