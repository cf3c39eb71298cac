/**
 * What server and client agree on. Imports yjs, lib0, valibot and itself; no I/O, no clock, no
 * randomness.
 */
export * from './assert.js'
export * from './byte-reader.js'
export * from './close-codes.js'
export * from './ids.js'
export * from './limits.js'
export * from './presence.js'
export type { Ack } from './protocol/ack.js'
export {
  type AwarenessEntry,
  type AwarenessMessage,
  encodeAwarenessStates,
} from './protocol/awareness.js'
export {
  type ClientMessage,
  type Decoded,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  type QueryAwareness,
  type ServerMessage,
} from './protocol/codec.js'
export type { Hello } from './protocol/hello.js'
export { MESSAGE, SYNC } from './protocol/message-types.js'
export type { Notice } from './protocol/notice.js'
export type { Probe } from './protocol/probe.js'
export type { Reject } from './protocol/reject.js'
export type { Rows, WireRow } from './protocol/rows.js'
export type { SnapshotChunk } from './protocol/snapshot-chunk.js'
export type { Sync } from './protocol/sync.js'
export type { TokenRefresh } from './protocol/token.js'
export type { Welcome } from './protocol/welcome.js'
export * from './refusals.js'
export * from './roles.js'
