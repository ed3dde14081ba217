/** Which code may know which: sdk · schema ← core ← api ← local, functions; cli stands on local and sdk, web on sdk. */
const pkg = (name) => `^packages/${name}/`

/** A package, and the ones of ours that it may import besides itself. */
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
  name: `${name}-knows-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: pkg(name) },
  to: { path: '^(packages|infra|test|examples|bench|scripts)/', pathNot: [name, ...allowed].map(pkg) },
}))

/** The folders of core. Each imports only those that stand before it. */
const CORE_FOLDERS = ['json', 'table', 'index', 'run', 'metadata', 'search', 'maintenance', 'auth']
/** Files beside the folders that use none of them. */
const CORE_LEAVES = '(all-settled|cursor|failure|map-limit|shards|ttl-cache)'
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
      name: 'core-leaves-use-no-folder',
      severity: 'error',
      from: { path: core(`${CORE_LEAVES}\\.ts$`) },
      to: { path: core('[^/]+/') },
    },
    {
      name: 'core-context-knows-only-the-table',
      severity: 'error',
      from: { path: core('context\\.ts$') },
      to: { path: core(''), pathNot: [core('table/'), core(`${CORE_LEAVES}\\.ts$`)] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycles-in-the-sdk',
      severity: 'error',
      from: { path: pkg('sdk') },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-the-adapter-knows-aws',
      comment: 'The table port is the one way to the table.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/core/src/table/dynamo/' },
      to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'only-the-entry-knows-lambda',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/functions/src/(lambda|event)\\.ts$' },
      to: { path: 'hono/dist/.*/aws-lambda' },
    },
    {
      name: 'nobody-imports-the-functions',
      severity: 'error',
      from: { path: '^(packages|infra)/', pathNot: pkg('functions') },
      to: { path: pkg('functions') },
    },
    {
      name: 'the-document-is-made-at-build-time',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/api/src/openapi/' },
      to: { path: '^packages/(api/src/openapi/|schema/src/reply)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-sdk-needs-nothing',
      comment: 'Only its spool, an entry of its own, needs the file system.',
      severity: 'error',
      from: { path: '^packages/sdk/', pathNot: '^packages/sdk/src/spool/' },
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
