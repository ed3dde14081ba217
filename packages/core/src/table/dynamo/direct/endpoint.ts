import { partition } from '@aws-sdk/core/client'

export interface EndpointOptions {
  readonly region: string
  readonly isFips: boolean
}

/** The URL of DynamoDB in a region. https://docs.aws.amazon.com/general/latest/gr/ddb.html */
export function endpointOf({ region, isFips }: EndpointOptions): URL {
  const { dnsSuffix, name } = partition(region)
  // All endpoints of this partition are FIPS endpoints.
  const service = isFips && name !== 'aws-us-gov' ? 'dynamodb-fips' : 'dynamodb'
  return new URL(`https://${service}.${region}.${dnsSuffix}`)
}
