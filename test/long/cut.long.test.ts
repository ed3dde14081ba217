import { describe, it } from 'vitest'
import { cuts } from '../local/cut.ts'
import { useServers } from '../local/server.ts'

describe('kill -9 of server and engine together, under load', () => {
  const servers = useServers()

  // Each start looks at what was written since the last calm moment, so the rounds of one directory become slower.
  it.each([1, 2, 3, 4])('loses, doubles and tears nothing in 200 rounds, 50 in each data directory (%i)', () =>
    cuts(servers, 'dynoxide', 50),
  )
  it('nor does it in 20 on dynalite', () => cuts(servers, 'dynalite', 20))
})
