import { present } from '@runmeta/core/table/attribute'
import type { Clock } from '@runmeta/core/table/clock'
import { type ClosableTable, createDynamoTable } from '@runmeta/core/table/dynamo/index'

/** The table of a function. All that AWS's client would look for in files of settings is given: a function has none. */
export const functionTable = (tableName: string, clock: Clock): ClosableTable =>
  createDynamoTable({
    tableName,
    clock,
    client: {
      ...present({ region: process.env.AWS_REGION }),
      defaultsMode: 'standard',
      retryMode: 'standard',
      useDualstackEndpoint: false,
      useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === 'true',
      accountIdEndpointMode: 'disabled',
      endpointDiscoveryEnabled: false,
      authSchemePreference: [],
      userAgentAppId: async () => undefined,
    },
  })
