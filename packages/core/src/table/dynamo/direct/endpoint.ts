/** The domains of AWS outside of `amazonaws.com`, by the first part of their regions’ names. */
const DOMAINS: Readonly<Record<string, string>> = {
  cn: 'amazonaws.com.cn',
  eusc: 'amazonaws.eu',
  'us-iso': 'c2s.ic.gov',
  'us-isob': 'sc2s.sgov.gov',
  'us-isof': 'csp.hci.ic.gov',
  'eu-isoe': 'cloud.adc-e.uk',
}

/** The URL of DynamoDB in a region. https://docs.aws.amazon.com/general/latest/gr/ddb.html */
export function endpointOf({ region, isFips }: { readonly region: string; readonly isFips: boolean }): URL {
  const [area = '', kind = ''] = region.split('-')
  const domain = DOMAINS[area] ?? DOMAINS[`${area}-${kind}`] ?? 'amazonaws.com'
  // In these regions the endpoint without FIPS in its name is the FIPS endpoint.
  const isGov = area === 'us' && kind === 'gov'
  return new URL(`https://dynamodb${isFips && !isGov ? '-fips' : ''}.${region}.${domain}`)
}
