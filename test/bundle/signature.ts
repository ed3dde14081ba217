import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<scope>(?<day>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request), SignedHeaders=(?<signed>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$/

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/**
 * The claims of the `authorization` of a POST to `/`, and the signature that it must have; the local engines do not check it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureOf({ headers, body }: SignedRequest, secret: string) {
  const found = AUTHORIZATION.exec(headers.authorization ?? '')?.groups
  const { key = '', scope = '', day = '', region = '', service = '', signed = '', signature = '' } = found ?? {}
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const signing = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return { key, region, service, signed: signed.split(';'), signature, expected: hmac(signing, text).toString('hex') }
}
