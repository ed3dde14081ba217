/**
 * In place of `@aws-sdk/endpoint-cache` and the collections that it imports: the client makes one for endpoint discovery,
 * which no command uses.
 */
export class EndpointCache {}
