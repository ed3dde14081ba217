import { readFile } from 'node:fs/promises'
import { openapiDocument } from '@runmeta/api/openapi/document'
import { expect, it } from 'vitest'

it('the OpenAPI document is what the schemas say (npm run openapi)', async () => {
  const file = await readFile(new URL('../packages/api/openapi.json', import.meta.url), 'utf8')
  expect(file).toBe(`${JSON.stringify(openapiDocument('1'), null, 2)}\n`)
})
