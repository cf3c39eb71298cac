/**
 * What server and client agree on. Imports yjs, lib0, valibot and itself; no I/O, no clock, no
 * randomness.
 */
export * from './assert.js'
export * from './byte-reader.js'
export * from './close-codes.js'
export { aboutText } from './document/about.js'
export * from './document/contact.js'
export { createdValue } from './document/created-value.js'
export type { DocumentChange, FieldChanges } from './document/document-change.js'
export { type ChangeListener, type ChangeSource, DocumentIndex } from './document/document-index.js'
export * from './document/edit-contact.js'
export * from './document/edit-note.js'
export { InvalidValue, type ValueProblem } from './document/invalid-value.js'
export * from './document/keys.js'
export { type ContactSource, mergedInto } from './document/merged.js'
export { type Note, readNote } from './document/note.js'
export { type ContactQuery, selectContactIds, selectInSteps } from './document/query.js'
export { type Creation, isCreation, type Overlay, readContact } from './document/read-contact.js'
export * from './document/roots.js'
export { sameJson } from './document/same-json.js'
export * from './ids.js'
export { isolate } from './isolate.js'
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
export { encodeSnapshotChunk, type SnapshotChunk } from './protocol/snapshot-chunk.js'
export type { Sync } from './protocol/sync.js'
export type { TokenRefresh } from './protocol/token.js'
export type { Welcome } from './protocol/welcome.js'
export * from './refusals.js'
export * from './roles.js'
export { finish, type Steps } from './steps.js'
export { fillHoles } from './update/holes.js'
export {
  CONTENT,
  type Scan,
  type ScanLimits,
  STORED_LIMITS,
  UPDATE_LIMITS,
  UpdateScanner,
} from './update/scan.js'
export { NONE, type ScannedUpdate } from './update/scanned-update.js'
