/** Complete events as AWS sends them: of an HTTP API (payload 2.0) and of a function URL. */

export interface EventInput {
  readonly method: string
  readonly rawPath: string
  readonly rawQueryString?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly isBase64Encoded?: boolean
  readonly cookies?: string[]
}

export const httpApiEvent = ({
  method,
  rawPath,
  rawQueryString = '',
  headers = {},
  body,
  isBase64Encoded = false,
  cookies,
}: EventInput) => ({
  version: '2.0',
  routeKey: '$default',
  ...(cookies === undefined ? {} : { cookies }),
  rawPath,
  rawQueryString,
  headers: {
    accept: '*/*',
    'content-length': String(body?.length ?? 0),
    host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
    'user-agent': 'curl/8.5.0',
    'x-amzn-trace-id': 'Root=1-65a0f0f0-0123456789abcdef01234567',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    ...headers,
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abcdefghij',
    authentication: null,
    authorizer: {},
    domainName: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'abcdefghij',
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.5.0' },
    requestId: 'RIdEXAMPLEid=',
    routeKey: '$default',
    stage: '$default',
    time: '12/Jan/2026:07:55:12 +0000',
    timeEpoch: 1768204512000,
  },
  body: body ?? null,
  pathParameters: {},
  isBase64Encoded,
  stageVariables: {},
})

export const functionUrlEvent = ({
  method,
  rawPath,
  rawQueryString = '',
  headers = {},
  body,
  isBase64Encoded = false,
  cookies,
}: EventInput) => {
  const domainName = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws'
  const event = {
    version: '2.0',
    routeKey: '$default',
    ...(cookies === undefined ? {} : { cookies }),
    rawPath,
    rawQueryString,
    headers: {
      'content-length': String(body?.length ?? 0),
      'x-amzn-tls-version': 'TLSv1.3',
      'x-amzn-trace-id': 'Root=1-65a0f0f0-0123456789abcdef01234567',
      'x-forwarded-proto': 'https',
      host: domainName,
      'x-forwarded-port': '443',
      'x-forwarded-for': '192.0.2.1',
      'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
      accept: '*/*',
      'user-agent': 'node',
      ...headers,
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefghijklmnopqrstuvwxyz012345',
      authentication: null,
      authorizer: {},
      domainName,
      domainPrefix: 'abcdefghijklmnopqrstuvwxyz012345',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'node' },
      requestId: '6c2f1f36-3d2c-4a4b-9b5e-0a1b2c3d4e5f',
      routeKey: '$default',
      stage: '$default',
      time: '12/Jan/2026:07:55:12 +0000',
      timeEpoch: 1768204512000,
    },
    body: body ?? null,
    isBase64Encoded,
  }
  return event
}
