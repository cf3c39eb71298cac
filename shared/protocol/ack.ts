import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { Seq } from '../ids.js'
import { MESSAGE } from './message-types.js'

/**
 * The first `count` update messages of this connection (SyncStep2 and update, counted from 1) are
 * settled: committed through `seq`, or rejected by a message that came before this one.
 */
export interface Ack {
  type: 'ack'
  count: number
  seq: Seq
}

export const writeAck = (to: encoding.Encoder, ack: Ack): void => {
  encoding.writeVarUint(to, MESSAGE.ack)
  encoding.writeVarUint(to, ack.count)
  encoding.writeVarUint(to, ack.seq)
}

export const readAck = (from: ByteReader): Ack => ({
  type: 'ack',
  count: from.varUint(),
  seq: from.varUint(),
})
