/**
 * In place of `@smithy/core/event-streams`, which the SDK's protocol imports where an operation streams events. None of
 * DynamoDB's does.
 */
const absent = (): never => {
  throw new Error('event streams are not in the bundle: scripts/bundle/streams.ts')
}

export const EventStreamSerde = absent
export const eventStreamSerdeProvider = absent
