/** The direction of imports: schema ← core ← api ← local and functions; sdk ← web; local and sdk ← cli. */
const pkg = (name) => `^packages/${name}/`

/** Each package with the other packages of the project that it may import. */
const ALLOWED = {
  schema: [],
  core: ['schema'],
  api: ['core', 'schema'],
  local: ['api', 'core', 'schema'],
  functions: ['api', 'core'],
  cli: ['local', 'sdk'],
  sdk: [],
  web: ['sdk'],
}

const directions = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: pkg(name) },
  to: { path: '^(packages|infra|test|examples|bench|scripts)/', pathNot: [name, ...allowed].map(pkg) },
}))

/** The folders of core. Each imports only the folders before it. */
const CORE_FOLDERS = ['json', 'table', 'index', 'run', 'metadata', 'search', 'maintenance', 'auth']
/** The files beside these folders that import from none of them. */
const CORE_LEAVES = '(all-settled|cursor|deadline|failure|map-limit|shards|ttl-cache)'
const core = (name) => `^packages/core/src/${name}`

const coreDirections = CORE_FOLDERS.map((name, at) => {
  const above = CORE_FOLDERS.slice(0, at)
  return {
    name: `core-${name}-imports-only-${above.join('-') || 'itself'}`,
    severity: 'error',
    from: { path: core(`${name}/`) },
    to: {
      path: core(''),
      pathNot: [...above, name]
        .map((folder) => core(`${folder}/`))
        .concat(core(`${at < 2 ? CORE_LEAVES : `(context|${CORE_LEAVES})`}\\.ts$`)),
    },
  }
})

export default {
  forbidden: [
    ...directions,
    ...coreDirections,
    {
      name: 'core-leaves-import-no-folder',
      severity: 'error',
      from: { path: core(`${CORE_LEAVES}\\.ts$`) },
      to: { path: core('[^/]+/') },
    },
    {
      name: 'core-context-imports-only-table',
      severity: 'error',
      from: { path: core('context\\.ts$') },
      to: { path: core(''), pathNot: [core('table/'), core(`${CORE_LEAVES}\\.ts$`)] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-table-dynamo-imports-the-aws-sdk',
      comment: 'All other code uses the table port.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/core/src/table/dynamo/' },
      to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'only-lambda-entries-import-the-lambda-adapter',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/functions/src/(lambda|event)\\.ts$' },
      to: { path: 'hono/dist/.*/aws-lambda' },
    },
    {
      name: 'functions-is-not-imported',
      severity: 'error',
      from: { path: '^(packages|infra)/', pathNot: pkg('functions') },
      to: { path: pkg('functions') },
    },
    {
      name: 'openapi-is-imported-only-by-the-build',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/api/src/openapi/' },
      to: { path: '^packages/(api/src/openapi/|schema/src/reply)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sdk-has-no-dependencies',
      comment: 'Only its spool, a separate entry, imports modules of Node.',
      severity: 'error',
      from: { path: '^packages/sdk/', pathNot: '^packages/sdk/src/spool/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core', 'npm-no-pkg', 'npm-optional'] },
    },
    {
      name: 'infra-imports-no-package',
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
