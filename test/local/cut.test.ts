import { describe, it } from 'vitest'
import { cuts } from './cut.ts'
import { useServers } from './server.ts'

describe('kill -9 of server and engine together, under load', () => {
  const servers = useServers()

  it('loses, doubles and tears nothing of what was acknowledged', () => cuts(servers, 'dynoxide', 10), 120_000)
  it('nor does it on dynalite', () => cuts(servers, 'dynalite', 2), 60_000)
})
