import type { Clock } from '@runmeta/core/table/clock'
import { type DirectClientOptions, directClient } from '@runmeta/core/table/dynamo/direct/client'
import { endpointOf } from '@runmeta/core/table/dynamo/direct/endpoint'
import { type ClosableTable, tableOver } from '@runmeta/core/table/dynamo/table'

/**
 * The credentials of the function's role. Lambda sets them for the life of the process.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const roleCredentials: DirectClientOptions['credentials'] = async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; Lambda sets them from the role')
  }
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }) }
}

/** The table of a function. */
export function functionTable(tableName: string, clock: Clock): ClosableTable {
  const { AWS_REGION: region, AWS_USE_FIPS_ENDPOINT, AWS_ENDPOINT_URL_DYNAMODB: url } = process.env
  if (!region) throw new Error('AWS_REGION is not set; Lambda sets it')
  const endpoint = url ? new URL(url) : endpointOf({ region, isFips: AWS_USE_FIPS_ENDPOINT === 'true' })
  return tableOver(directClient({ clock, endpoint, region, credentials: roleCredentials }), tableName)
}
