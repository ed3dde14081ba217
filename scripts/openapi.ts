import { readFile, writeFile } from 'node:fs/promises'
import { openapiDocument } from '@runmeta/api/openapi/document'

/** Writes packages/api/openapi.json from the schemas; with `--check` only says whether it is up to date. */
const FILE = new URL('../packages/api/openapi.json', import.meta.url)

const made = `${JSON.stringify(openapiDocument('1'), null, 2)}\n`
if (!process.argv.includes('--check')) await writeFile(FILE, made)
else if ((await readFile(FILE, 'utf8')) !== made) {
  console.error('packages/api/openapi.json is not what the schemas say: npm run openapi')
  process.exit(1)
}
