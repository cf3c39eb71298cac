import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { ClientId, Epoch, Seq } from '../ids.js'
import { MAX_EARLIER_IDS } from '../limits.js'
import { MESSAGE } from './message-types.js'

/** First message of Kith's own client. */
export interface Hello {
  type: 'hello'
  protocol: number
  /** The Yjs client id of this load. */
  clientId: ClientId
  /** Own ids of earlier loads whose work is not all acknowledged yet. */
  earlierIds: ClientId[]
  /** Epoch and last `seq` that the device holds without a gap; 0 and 0 where it holds nothing. */
  epoch: Epoch
  seq: Seq
  schema: number
  token: string
  /**
   * The oldest epoch in which work was written that no commit holds yet, of all that this client is
   * to send; absent where there is none. Where it is over, the server sends the road from there.
   */
  unsentEpoch?: Epoch
}

export const writeHello = (to: encoding.Encoder, hello: Hello): void => {
  encoding.writeVarUint(to, MESSAGE.hello)
  encoding.writeVarUint(to, hello.protocol)
  encoding.writeVarUint(to, hello.clientId)
  encoding.writeVarUint(to, hello.earlierIds.length)
  for (const id of hello.earlierIds) encoding.writeVarUint(to, id)
  encoding.writeVarUint(to, hello.epoch)
  encoding.writeVarUint(to, hello.seq)
  encoding.writeVarUint(to, hello.schema)
  encoding.writeVarString(to, hello.token)
  if (hello.unsentEpoch !== undefined) encoding.writeVarUint(to, hello.unsentEpoch)
}

/** Fields that a later version adds behind these are left unread. */
export const readHello = (from: ByteReader): Hello => {
  const protocol = from.varUint()
  const clientId = from.varUint()
  const count = from.varUint()
  if (count > MAX_EARLIER_IDS) from.fail()
  const earlierIds: ClientId[] = []
  for (let n = 0; n < count && !from.failed; n++) earlierIds.push(from.varUint())
  const epoch = from.varUint()
  const seq = from.varUint()
  const schema = from.varUint()
  const token = from.varString()
  const hello: Hello = { type: 'hello', protocol, clientId, earlierIds, epoch, seq, schema, token }
  const unsentEpoch = from.atEnd ? 0 : from.varUint()
  return unsentEpoch === 0 ? hello : { ...hello, unsentEpoch }
}
