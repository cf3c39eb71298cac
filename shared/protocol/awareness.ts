import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { ClientId } from '../ids.js'
import { MESSAGE } from './message-types.js'

/** Presence states, as y-protocols' awareness encodes them (`awareness.js`). */
export interface AwarenessMessage {
  type: 'awareness'
  states: AwarenessEntry[]
}

export interface AwarenessEntry {
  clientId: ClientId
  clock: number
  /** JSON text; `null` as text where the client is gone. Parsed only where it is used. */
  json: string
}

/** The payload alone, as y-protocols' `applyAwarenessUpdate` takes it. */
export const encodeAwarenessStates = (states: readonly AwarenessEntry[]): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, states.length)
  for (const { clientId, clock, json } of states) {
    encoding.writeVarUint(to, clientId)
    encoding.writeVarUint(to, clock)
    writeJson(to, json)
  }
  return encoding.toUint8Array(to)
}

const utf8 = new TextEncoder()
/** Of a longer text lib0 writes byte after byte, which takes most of what a frame of presence costs. */
const SHORT = 32

const writeJson = (to: encoding.Encoder, json: string): void => {
  if (json.length < SHORT) encoding.writeVarString(to, json)
  else encoding.writeVarUint8Array(to, utf8.encode(json))
}

export const writeAwareness = (to: encoding.Encoder, message: AwarenessMessage): void => {
  encoding.writeVarUint(to, MESSAGE.awareness)
  encoding.writeVarUint8Array(to, encodeAwarenessStates(message.states))
}

/** A client's frame of more than `most` states is broken; a server's holds whoever is there. */
export const readAwareness = (
  from: ByteReader,
  most = Number.POSITIVE_INFINITY,
): AwarenessMessage => {
  const length = from.varUint()
  const stop = from.position + length
  if (stop !== from.end) from.fail()
  const count = from.varUint()
  if (count > most) from.fail()
  const states: AwarenessEntry[] = []
  for (let n = 0; n < count && !from.failed; n++) {
    states.push({ clientId: from.varUint(), clock: from.varUint(), json: from.varString() })
  }
  return { type: 'awareness', states }
}
