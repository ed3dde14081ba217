import { server } from './server'

/** Where the API answers. The application has all the routes, and no other origin is let in. */
export const endpoint = new sst.aws.ApiGatewayV2('Api', { cors: false, accessLog: { retention: '1 month' } })

endpoint.route('$default', server.arn)
