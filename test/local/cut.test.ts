import { describe, it } from 'vitest'
import { cuts } from './cut.ts'
import { useServers } from './server.ts'

describe('kill -9 of the server under load', () => {
  const servers = useServers()

  it('loses, doubles and tears no acknowledged log', () => cuts(servers, 10), 120_000)
})
