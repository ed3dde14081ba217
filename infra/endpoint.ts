import { server } from './server'

/** The public address of the API. The application has all the routes, and checks the origin of a browser. */
export const endpoint = new sst.aws.ApiGatewayV2('Api', { cors: false, accessLog: { retention: '1 month' } })

endpoint.route('$default', server.arn)
