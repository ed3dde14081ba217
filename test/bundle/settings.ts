import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ROOT_KEY } from '../support/app.ts'
import { health } from './calls.ts'
import { ProcessError } from './environment.ts'
import { type SignedRequest, signatureOf } from './signature.ts'
import { close, listen } from './socket.ts'
import { AWS, SECRETS, type Subject } from './subject.ts'

/** A store that is empty, and records its requests. */
async function startListener() {
  const requests: SignedRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    requests.push({ headers: incoming.headers, body: Buffer.concat(await incoming.toArray()).toString() })
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}')
  })
  return { endpoint: `http://${await listen(server)}`, requests, stop: () => close(server) }
}

const withoutToken = { ...AWS, AWS_SESSION_TOKEN: '' }

export function settings(subject: () => Subject): void {
  it.each(['RUNMETA_TABLE', 'RUNMETA_ROOT_KEY', 'RUNMETA_SIGNING_KEY'])(
    'fails its init without %s, and names it',
    async (name) => {
      const failure = await subject()
        .start({ [name]: '' })
        .catch((error: unknown) => error)
      if (!(failure instanceof ProcessError)) throw new Error(`no init error: ${failure}`)
      expect(failure.message).toBe(`${name} is not set; the infra sets it`)
      for (const secret of SECRETS) expect(failure.output).not.toContain(secret)
    },
  )

  describe('signs', () => {
    it.each([
      ['with its role’s session', AWS, AWS.AWS_SESSION_TOKEN],
      ['with a key that has none', withoutToken, undefined],
    ])('%s for its region, at the configured endpoint', async (_, variables, token) => {
      const listener = await startListener()
      const environment = await subject().start({ ...variables, AWS_ENDPOINT_URL_DYNAMODB: listener.endpoint })
      expect(await health(environment)).toMatchObject({ status: 200 })
      await environment.stop()
      await listener.stop()
      expect(listener.requests).toHaveLength(2)
      for (const request of listener.requests) {
        const { key, region, service, signed, signature, expected } = signatureOf(request, AWS.AWS_SECRET_ACCESS_KEY)
        expect({ key, region, service }).toEqual({
          key: AWS.AWS_ACCESS_KEY_ID,
          region: 'eu-west-1',
          service: 'dynamodb',
        })
        expect(signature).toBe(expected)
        expect(request.headers['x-amz-security-token']).toBe(token)
        expect(signed.includes('x-amz-security-token')).toBe(token !== undefined)
      }
    })
  })

  it('logs that it has no credentials, and tells the caller that the store is unavailable', async () => {
    const environment = await subject().start({ AWS_ACCESS_KEY_ID: '' })
    const reply = await health(environment)
    expect(reply.status).toBe(503)
    expect(reply.text).not.toContain('AWS_')
    expect(environment.output()).toContain('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set')
    expect(environment.output()).not.toContain(ROOT_KEY)
  })
}
