import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import { MESSAGE, SYNC } from './message-types.js'

/** y-protocols' sync messages. Only SyncStep2 and update are update messages, counted by acks. */
export type Sync =
  | { type: 'sync-step-1'; stateVector: Uint8Array }
  | { type: 'sync-step-2'; update: Uint8Array }
  | { type: 'update'; update: Uint8Array }

export const writeSync = (to: encoding.Encoder, message: Sync): void => {
  encoding.writeVarUint(to, MESSAGE.sync)
  switch (message.type) {
    case 'sync-step-1':
      encoding.writeVarUint(to, SYNC.step1)
      encoding.writeVarUint8Array(to, message.stateVector)
      return
    case 'sync-step-2':
      encoding.writeVarUint(to, SYNC.step2)
      encoding.writeVarUint8Array(to, message.update)
      return
    case 'update':
      encoding.writeVarUint(to, SYNC.update)
      encoding.writeVarUint8Array(to, message.update)
  }
}

export const readSync = (from: ByteReader): Sync | undefined => {
  const step = from.varUint()
  if (step === SYNC.step1) return { type: 'sync-step-1', stateVector: from.varBytes() }
  if (step === SYNC.step2) return { type: 'sync-step-2', update: from.varBytes() }
  if (step === SYNC.update) return { type: 'update', update: from.varBytes() }
  return undefined
}
