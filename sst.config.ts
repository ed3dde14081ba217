/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const isProduction = input.stage === 'production'
    return {
      name: 'runmeta',
      home: 'aws',
      removal: isProduction ? 'retain' : 'remove',
      protect: isProduction,
    }
  },
  async run() {
    const { table } = await import('./infra/table')
    const { server } = await import('./infra/server')
    const { endpoint } = await import('./infra/endpoint')
    await import('./infra/alarm')
    await import('./infra/sweeper')
    const { reindexer } = await import('./infra/reindexer')
    return {
      url: endpoint.url,
      table: table.name,
      logs: server.nodes.logGroup.apply((group) => group?.name),
      reindex: reindexer.name,
      key: `npx sst secret list --stage ${$app.stage}`,
    }
  },
})
