import { readFile, writeFile } from 'node:fs/promises'
import { openapiDocument } from '@runmeta/api/openapi/document'

/** `npm run openapi`: writes packages/api/openapi.json from the schemas. With `--check` it only compares. */
const FILE = new URL('../packages/api/openapi.json', import.meta.url)

const made = `${JSON.stringify(openapiDocument('1'), null, 2)}\n`
if (!process.argv.includes('--check')) await writeFile(FILE, made)
else if ((await readFile(FILE, 'utf8')) !== made) {
  console.error('packages/api/openapi.json differs from the schemas: npm run openapi')
  process.exit(1)
}
