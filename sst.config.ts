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
    const { endpoint } = await import('./infra/api')
    return { url: endpoint.url, table: table.name }
  },
})
