import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import { MESSAGE } from './message-types.js'

/** A fresh token of the same user, before the old one ends. */
export interface TokenRefresh {
  type: 'token'
  token: string
}

export const writeToken = (to: encoding.Encoder, message: TokenRefresh): void => {
  encoding.writeVarUint(to, MESSAGE.token)
  encoding.writeVarString(to, message.token)
}

export const readToken = (from: ByteReader): TokenRefresh => ({
  type: 'token',
  token: from.varString(),
})
