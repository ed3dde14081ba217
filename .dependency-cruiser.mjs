/** Which code may know which: sdk · schema ← core ← api ← local. */
const pkg = (name) => `^packages/${name}/`

/** A package, and the ones of ours that it may import besides itself. */
const ALLOWED = {
  schema: [],
  core: ['schema'],
  api: ['core', 'schema'],
  local: ['api', 'core', 'schema'],
  sdk: [],
}

const directions = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `${name}-knows-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: pkg(name) },
  to: { path: '^(packages|infra|test|examples|bench|scripts)/', pathNot: [name, ...allowed].map(pkg) },
}))

export default {
  forbidden: [
    ...directions,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-the-adapter-knows-aws',
      comment: 'The table port is the one way to the table.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/core/src/store/' },
      to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'only-the-entry-knows-lambda',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/api/src/(lambda|event)\\.ts$' },
      to: { path: 'hono/dist/.*/aws-lambda' },
    },
    {
      name: 'nobody-imports-a-lambda-entry',
      severity: 'error',
      from: { path: '^(packages|infra)/' },
      to: { path: '^packages/api/src/(lambda|sweeper)\\.ts$' },
    },
    {
      name: 'the-document-is-made-at-build-time',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/api/src/openapi/' },
      to: { path: '^packages/(api/src/openapi/|schema/src/reply)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-sdk-needs-nothing',
      severity: 'error',
      from: { path: '^packages/sdk/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core', 'npm-no-pkg', 'npm-optional'] },
    },
    {
      name: 'infra-names-handlers-and-imports-none',
      severity: 'error',
      from: { path: '^(infra/|sst\\.config)' },
      to: { path: '^packages/' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: { path: '^packages/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
