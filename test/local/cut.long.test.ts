import { describe, it } from 'vitest'
import { cuts } from './cut.ts'
import { useServers } from './server.ts'

describe('kill -9 of the server under load', () => {
  const servers = useServers()

  it('loses, doubles and tears nothing in 200 rounds', () => cuts(servers, 200))
})
