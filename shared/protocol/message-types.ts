/**
 * The first number of every frame. 0 to 3 are y-websocket's (y-protocols `PROTOCOL.md`,
 * y-websocket 3 `src/y-websocket.js`); Kith's own start at 100 and go only to who said hello.
 */
export const MESSAGE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  hello: 100,
  welcome: 101,
  rows: 102,
  ack: 103,
  reject: 104,
  token: 105,
  notice: 106,
  snapshotChunk: 107,
  probe: 108,
} as const

/** The second number of a sync frame. */
export const SYNC = { step1: 0, step2: 1, update: 2 } as const
