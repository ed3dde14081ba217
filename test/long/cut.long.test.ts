import { describe, it } from 'vitest'
import { cuts } from '../local/cut.ts'
import { useServers } from '../local/server.ts'

describe('kill -9 of server and engine together, under load', () => {
  const servers = useServers()

  it('loses, doubles and tears nothing in 200 rounds', () => cuts(servers, 'dynoxide', 200))
  it('nor does it in 30 on dynalite', () => cuts(servers, 'dynalite', 30))
})
