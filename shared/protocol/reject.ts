import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import { isRefusal, type Refusal } from '../refusals.js'
import { MESSAGE } from './message-types.js'

/**
 * Update message number `ordinal` of this connection was not taken. After `gap` a SyncStep1
 * follows, and its answer covers what was not taken.
 */
export interface Reject {
  type: 'reject'
  ordinal: number
  reason: Refusal
}

export const writeReject = (to: encoding.Encoder, reject: Reject): void => {
  encoding.writeVarUint(to, MESSAGE.reject)
  encoding.writeVarUint(to, reject.ordinal)
  encoding.writeVarString(to, reject.reason)
}

/** A reason that a later server adds reads as `broken`: refused, for a cause unknown here. */
export const readReject = (from: ByteReader): Reject => {
  const ordinal = from.varUint()
  const reason = from.varString()
  return { type: 'reject', ordinal, reason: isRefusal(reason) ? reason : 'broken' }
}
