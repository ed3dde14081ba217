import { describe, it } from 'vitest'
import { cuts } from './cut.ts'
import { useServers } from './server.ts'

describe('a server that is killed with -9 under load', () => {
  const servers = useServers()

  it('keeps each acknowledged log once and complete in 200 rounds', () => cuts(servers, 200))
})
