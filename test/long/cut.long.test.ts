import { describe, it } from 'vitest'
import { cuts } from '../local/cut.ts'
import { useServers } from '../local/server.ts'

describe('kill -9 of the server under load', () => {
  const servers = useServers()

  it('loses, doubles and tears nothing in 200 rounds', () => cuts(servers, 200))
})
