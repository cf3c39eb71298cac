import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import { MESSAGE } from './message-types.js'

/** "Are you there?" and its echo: a browser can't send a WebSocket ping of its own. */
export interface Probe {
  type: 'probe'
  nonce: number
}

export const writeProbe = (to: encoding.Encoder, probe: Probe): void => {
  encoding.writeVarUint(to, MESSAGE.probe)
  encoding.writeVarUint(to, probe.nonce)
}

export const readProbe = (from: ByteReader): Probe => ({ type: 'probe', nonce: from.varUint() })
