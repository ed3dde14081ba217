import { rootKey } from './secret'
import { table } from './table'

/** The whole API: one function behind one HTTP endpoint. */
export const endpoint = new sst.aws.ApiGatewayV2('Api', { cors: false })

endpoint.route('$default', {
  handler: 'packages/api/src/lambda.handler',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  memory: '512 MB',
  timeout: '20 seconds',
  environment: { RUNMETA_TABLE: table.name, RUNMETA_API_KEY: rootKey.value },
  copyFiles: [{ from: 'packages/api/openapi.json', to: 'packages/api/src/openapi.json' }],
  nodejs: { minify: true, esbuild: { mainFields: ['module', 'main'] } },
  permissions: [
    {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      resources: [table.arn, $interpolate`${table.arn}/index/*`],
    },
  ],
})
