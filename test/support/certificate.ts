import { generate } from 'selfsigned'

/** A self-signed certificate for `localhost`. */
export function certificate(): { readonly key: string; readonly cert: string } {
  const names = { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }
  const { private: key, cert } = generate([{ name: 'commonName', value: 'localhost' }], {
    days: 2,
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: false }, names],
  })
  return { key, cert }
}
