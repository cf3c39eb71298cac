/**
 * Places where the tests of crashes want to be, such as the instant between a commit and its
 * acknowledgement. Without somebody who listens to the channel, passing one costs nothing to speak
 * of. Only runners and edges call it.
 */
import { channel } from 'node:diagnostics_channel'

export type Point =
  | 'hello'
  | 'joining'
  | 'joined'
  | 'read-rows'
  | 'read-snapshot'
  | 'read-road'
  | 'commit'
  | 'committed'
  | 'told'
  | 'send'
  | 'sent'
  | 'reload'
  | 'compact'
  | 'compact-read'
  | 'compact-merged'
  | 'compacted'
  | 'renew'
  | 'renew-built'
  | 'renewed'
  | 'migrate'
  | 'closing'

/** What a listener is told: `frame` where one is about to be sent, or was. */
export interface Passing {
  point: Point
  frame: Uint8Array | undefined
}

const points = channel('kith.point')

export const reach = (point: Point, frame?: Uint8Array): void => {
  if (points.hasSubscribers) points.publish({ point, frame } satisfies Passing)
}
